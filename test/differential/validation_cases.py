"""validation_cases - objects with one fault each, and some without, for validation.py

Kubernetes' own kinds by the functions of their name; lines are data, and long.
"""
import copy

_all = []


def _add(api, kind, name, metadata=None, **fields):
    _all.append(copy.deepcopy({"apiVersion": api, "kind": kind, "metadata": {"name": name, **(metadata or {})}, **fields}))


def pod(name, spec=None, c=None, **metadata):
    _add("v1", "Pod", name, metadata, spec={"containers": [{"name": "a", "image": "i", **(c or {})}], **(spec or {})})


o = _add


# Pods
pod('no-containers',{'containers':[]})
pod('no-name',{'containers':[{'image':'i'}]})
pod('bad-name',{'containers':[{'name':'A_b','image':'i'}]})
pod('dup-names',{'containers':[{'name':'a','image':'i'},{'name':'a','image':'i'}]})
pod('dup-init',{'initContainers':[{'name':'a','image':'i'}]})
pod('no-image',{'containers':[{'name':'a'}]})
pod('padded-image',{'containers':[{'name':'a','image':' i'}]})
pod('port-zero',c={'ports':[{'containerPort':0}]})
pod('port-big',c={'ports':[{'containerPort':70000}]})
pod('port-name',c={'ports':[{'containerPort':80,'name':'Http'}]})
pod('port-name-long',c={'ports':[{'containerPort':80,'name':'abcdefghijklmnopqrs'}]})
pod('port-name-dup',c={'ports':[{'containerPort':80,'name':'x'},{'containerPort':81,'name':'x'}]})
pod('port-proto',c={'ports':[{'containerPort':80,'protocol':'tcp'}]})
pod('hostport-dup',c={'ports':[{'containerPort':80,'hostPort':80},{'containerPort':81,'hostPort':80}]})
pod('hostport-big',c={'ports':[{'containerPort':80,'hostPort':99999}]})
pod('hostnet',{'hostNetwork':True},c={'ports':[{'containerPort':80,'hostPort':81}]})
pod('env-name',c={'env':[{'name':'','value':'x'}]})
pod('env-eq',c={'env':[{'name':'A=B','value':'x'}]})
pod('env-both',c={'env':[{'name':'A','value':'x','valueFrom':{'fieldRef':{'fieldPath':'metadata.name'}}}]})
pod('env-none',c={'env':[{'name':'A','valueFrom':{}}]})
pod('env-two',c={'env':[{'name':'A','valueFrom':{'fieldRef':{'fieldPath':'metadata.name'},'secretKeyRef':{'name':'a','key':'b'}}}]})
pod('env-field',c={'env':[{'name':'A','valueFrom':{'fieldRef':{'fieldPath':'metadata.foo'}}}]})
pod('env-secret',c={'env':[{'name':'A','valueFrom':{'secretKeyRef':{'name':'','key':''}}}]})
pod('env-cm-key',c={'env':[{'name':'A','valueFrom':{'configMapKeyRef':{'name':'x','key':'a b'}}}]})
pod('env-res',c={'env':[{'name':'A','valueFrom':{'resourceFieldRef':{'resource':'limits.foo'}}}]})
pod('envfrom-none',c={'envFrom':[{}]})
pod('envfrom-name',c={'envFrom':[{'configMapRef':{'name':''}}]})
pod('envfrom-bad',c={'envFrom':[{'secretRef':{'name':'A_b'}}]})
pod('envfrom-both',c={'envFrom':[{'secretRef':{'name':'a'},'configMapRef':{'name':'a'}}]})
pod('envfrom-prefix',c={'envFrom':[{'secretRef':{'name':'a'},'prefix':'a=b'}]})
pod('mount-missing',c={'volumeMounts':[{'name':'v','mountPath':'/x'}]})
pod('mount-nopath',{'volumes':[{'name':'v','emptyDir':{}}]},c={'volumeMounts':[{'name':'v','mountPath':''}]})
pod('mount-dup',{'volumes':[{'name':'v','emptyDir':{}}]},c={'volumeMounts':[{'name':'v','mountPath':'/a'},{'name':'v','mountPath':'/a'}]})
pod('mount-colon',{'volumes':[{'name':'v','emptyDir':{}}]},c={'volumeMounts':[{'name':'v','mountPath':'/a:b'}]})
pod('mount-sub',{'volumes':[{'name':'v','emptyDir':{}}]},c={'volumeMounts':[{'name':'v','mountPath':'/a','subPath':'/b'},{'name':'v','mountPath':'/c','subPath':'../b'}]})
pod('mount-subexpr',{'volumes':[{'name':'v','emptyDir':{}}]},c={'volumeMounts':[{'name':'v','mountPath':'/a','subPath':'b','subPathExpr':'c'}]})
pod('mount-noname',c={'volumeMounts':[{'mountPath':'/a'}]})
pod('mount-prop',{'volumes':[{'name':'v','emptyDir':{}}]},c={'volumeMounts':[{'name':'v','mountPath':'/a','mountPropagation':'X'}]})
pod('mount-bidi',{'volumes':[{'name':'v','emptyDir':{}}]},c={'volumeMounts':[{'name':'v','mountPath':'/a','mountPropagation':'Bidirectional'}]})
pod('vol-dup',{'volumes':[{'name':'v','emptyDir':{}},{'name':'v','emptyDir':{}}]})
pod('vol-noname',{'volumes':[{'emptyDir':{}}]})
pod('vol-badname',{'volumes':[{'name':'V_','emptyDir':{}}]})
pod('vol-two',{'volumes':[{'name':'v','emptyDir':{},'hostPath':{'path':'/x'}}]})
pod('vol-hp',{'volumes':[{'name':'v','hostPath':{'path':''}}]})
pod('vol-hpdots',{'volumes':[{'name':'v','hostPath':{'path':'/a/../b'}}]})
pod('vol-hptype',{'volumes':[{'name':'v','hostPath':{'path':'/a','type':'Dir'}}]})
pod('vol-secret',{'volumes':[{'name':'v','secret':{}}]})
pod('vol-secmode',{'volumes':[{'name':'v','secret':{'secretName':'a','defaultMode':1000}}]})
pod('vol-cm',{'volumes':[{'name':'v','configMap':{'name':''}}]})
pod('vol-cmitem',{'volumes':[{'name':'v','configMap':{'name':'a','items':[{'key':'','path':''},{'key':'a','path':'/x'},{'key':'b','path':'../x'}]}}]})
pod('vol-pvc',{'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':''}}]})
pod('vol-empty',{'volumes':[{'name':'v','emptyDir':{'sizeLimit':'-1'}}]})
pod('vol-proj',{'volumes':[{'name':'v','projected':{'sources':[{'secret':{'name':''}}]}}]})
pod('vol-proj2',{'volumes':[{'name':'v','projected':{'sources':[{'secret':{'name':'a','items':[{'key':'a','path':'x'}]}},{'configMap':{'name':'a','items':[{'key':'a','path':'x'}]}}]}}]})
pod('vol-down',{'volumes':[{'name':'v','downwardAPI':{'items':[{'path':'a','fieldRef':{'fieldPath':'spec.nodeName'}}]}}]})
pod('vol-nfs',{'volumes':[{'name':'v','nfs':{'server':'','path':'a'}}]})
pod('res-neg',c={'resources':{'requests':{'cpu':'-1'}}})
pod('res-over',c={'resources':{'requests':{'cpu':'2'},'limits':{'cpu':'1'}}})
pod('res-unknown',c={'resources':{'requests':{'foo':'2'}}})
pod('res-ext',c={'resources':{'requests':{'example.com/gpu':'1500m'},'limits':{'example.com/gpu':'1500m'}}})
pod('res-ext2',c={'resources':{'requests':{'example.com/gpu':'1'}}})
pod('res-ext3',c={'resources':{'requests':{'example.com/gpu':'1'},'limits':{'example.com/gpu':'2'}}})
pod('res-huge',c={'resources':{'requests':{'hugepages-2Mi':'4Mi'}}})
pod('probe-none',c={'livenessProbe':{}})
pod('probe-two',c={'livenessProbe':{'exec':{'command':['a']},'tcpSocket':{'port':80}}})
pod('probe-succ',c={'livenessProbe':{'exec':{'command':['a']},'successThreshold':2}})
pod('probe-neg',c={'readinessProbe':{'exec':{'command':['a']},'periodSeconds':-1,'timeoutSeconds':-1,'initialDelaySeconds':-1,'failureThreshold':-1}})
pod('probe-exec',c={'readinessProbe':{'exec':{}}})
pod('probe-http',c={'readinessProbe':{'httpGet':{'port':0}}})
pod('probe-httpname',c={'readinessProbe':{'httpGet':{'port':'Http_'}}})
pod('probe-scheme',c={'readinessProbe':{'httpGet':{'port':80,'scheme':'http'}}})
pod('probe-hdr',c={'readinessProbe':{'httpGet':{'port':80,'httpHeaders':[{'name':'a b','value':'x'}]}}})
pod('probe-tcp',c={'readinessProbe':{'tcpSocket':{'port':99999}}})
pod('probe-grpc',c={'readinessProbe':{'grpc':{'port':0}}})
pod('probe-term',c={'readinessProbe':{'tcpSocket':{'port':9},'terminationGracePeriodSeconds':3}})
pod('probe-startup',c={'startupProbe':{'tcpSocket':{'port':9},'successThreshold':3}})
pod('life-none',c={'lifecycle':{'preStop':{}}})
pod('life-two',c={'lifecycle':{'preStop':{'exec':{'command':['a']},'httpGet':{'port':80}}}})
pod('life-sleep',c={'lifecycle':{'preStop':{'sleep':{'seconds':100}}}})
pod('life-sleep0',c={'lifecycle':{'preStop':{'sleep':{'seconds':-1}}}})
pod('init-probe',{'initContainers':[{'name':'x','image':'i','readinessProbe':{'tcpSocket':{'port':9}},'livenessProbe':{'tcpSocket':{'port':9}},'startupProbe':{'tcpSocket':{'port':9}},'lifecycle':{'preStop':{'exec':{'command':['a']}}}}]})
pod('init-policy',{'initContainers':[{'name':'x','image':'i','restartPolicy':'Never'}]})
pod('c-policy',c={'restartPolicy':'Always'})
pod('pull',c={'imagePullPolicy':'Sometimes'})
pod('termmsg',c={'terminationMessagePolicy':'x'})
pod('restart',{'restartPolicy':'X'})
pod('dns',{'dnsPolicy':'X'})
pod('dns-none',{'dnsPolicy':'None'})
pod('dns-cfg',{'dnsConfig':{'nameservers':['a','1.1.1.1','1.1.1.2','1.1.1.3'],'searches':['_.-']}})
pod('grace',{'terminationGracePeriodSeconds':-5})
pod('deadline',{'activeDeadlineSeconds':0})
pod('nodename',{'nodeName':'A_'})
pod('hostname',{'hostname':'A_','subdomain':'B_'})
pod('sa',{'serviceAccountName':'A_'})
pod('pullsecret',{'imagePullSecrets':[{}]})
pod('priority',{'priorityClassName':'nope'})
pod('nodesel',{'nodeSelector':{'a b':'c d'}})
pod('tol1',{'tolerations':[{'operator':'Exists','value':'x','key':'a'}]})
pod('tol2',{'tolerations':[{'operator':'Equal'}]})
pod('tol3',{'tolerations':[{'key':'a','operator':'X','effect':'Y'}]})
pod('tol4',{'tolerations':[{'key':'a','operator':'Exists','effect':'NoSchedule','tolerationSeconds':3}]})
pod('aff1',{'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[]}}}})
pod('aff2',{'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'In'},{'key':'b','operator':'Exists','values':['x']},{'key':'c','operator':'Gt','values':['x','y']},{'key':'d','operator':'Foo'}]}]}}}})
pod('aff3',{'affinity':{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':0,'preference':{}},{'weight':101,'preference':{'matchExpressions':[{'key':'a','operator':'Exists'}]}}]}}})
pod('aff4',{'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'labelSelector':{'matchLabels':{'a':'b'}}}]}}})
pod('aff5',{'affinity':{'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':200,'podAffinityTerm':{'topologyKey':'a b','labelSelector':{'matchExpressions':[{'key':'x','operator':'In'}]}}}]}}})
pod('spread1',{'topologySpreadConstraints':[{'maxSkew':0,'topologyKey':'','whenUnsatisfiable':'X'}]})
pod('spread2',{'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'a','whenUnsatisfiable':'DoNotSchedule'},{'maxSkew':1,'topologyKey':'a','whenUnsatisfiable':'DoNotSchedule'}]})
pod('spread3',{'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'a','whenUnsatisfiable':'ScheduleAnyway','minDomains':2}]})
pod('spread4',{'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'a','whenUnsatisfiable':'ScheduleAnyway','matchLabelKeys':['a']}]})
pod('sec1',{'securityContext':{'runAsUser':-1,'runAsGroup':-1,'fsGroup':-1,'supplementalGroups':[-1]}})
pod('sec2',{'securityContext':{'seccompProfile':{'type':'Foo'}}})
pod('sec3',{'securityContext':{'seccompProfile':{'type':'Localhost'}}})
pod('sec4',{'securityContext':{'fsGroupChangePolicy':'x','sysctls':[{'name':'a b','value':'x'}]}})
pod('sec5',c={'securityContext':{'privileged':True,'allowPrivilegeEscalation':False}})
pod('sec6',c={'securityContext':{'capabilities':{'add':['SYS_ADMIN']},'allowPrivilegeEscalation':False}})
pod('sec7',c={'securityContext':{'procMount':'X','runAsUser':-3}})
pod('sec8',c={'securityContext':{'procMount':'Unmasked'}})
pod('alias1',{'hostAliases':[{'ip':'x','hostnames':['a_']}]})
pod('gate',{'schedulingGates':[{'name':'a b'},{'name':'x'},{'name':'x'}]})
pod('readiness',{'readinessGates':[{'conditionType':'a b'}]})
pod('eph',{'ephemeralContainers':[{'name':'e','image':'i'}]})
pod('os',{'os':{'name':'mac'}})
pod('overhead',{'overhead':{'cpu':'-1'}})
pod('share',{'hostPID':True,'shareProcessNamespace':True})
pod('ann',annotations={'a b':'x'})
pod('lab',labels={'a b':'x','c':'d e'})
pod('fin',finalizers=['foo'])
pod('preempt',{'preemptionPolicy':'X'})
pod('workdir',c={'ports':[{'containerPort':80,'hostIP':'x'}]})
pod('resize',c={'resizePolicy':[{'resourceName':'cpu','restartPolicy':'X'}]})

# Other kinds
T={'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}
S={'matchLabels':{'a':'b'}}
def dep(n,kind='Deployment',api='apps/v1',t=None,**s): 
    o(api,kind,n,spec={'selector':S,'template':t or T,**s})
dep('ok')
dep('nosel',selector=None); dep('emptysel',selector={}); dep('mismatch',selector={'matchLabels':{'x':'y'}})
dep('badselop',selector={'matchExpressions':[{'key':'a','operator':'X'}]})
dep('neg',replicas=-1); dep('restart',t={'metadata':T['metadata'],'spec':{**T['spec'],'restartPolicy':'Never'}})
dep('deadline',t={'metadata':T['metadata'],'spec':{**T['spec'],'activeDeadlineSeconds':5}})
dep('strat',strategy={'type':'Foo'}); dep('recreate',strategy={'type':'Recreate','rollingUpdate':{'maxSurge':1}})
dep('zero',strategy={'rollingUpdate':{'maxSurge':0,'maxUnavailable':0}})
dep('pct',strategy={'rollingUpdate':{'maxSurge':'5','maxUnavailable':'110%'}}); dep('negsurge',strategy={'rollingUpdate':{'maxSurge':-1,'maxUnavailable':-2}})
dep('progress',progressDeadlineSeconds=5,minReadySeconds=10); dep('negs',minReadySeconds=-1,revisionHistoryLimit=-1,progressDeadlineSeconds=-2)
dep('tmplabel',t={'metadata':{'labels':{'a':'b','x y':'z w'}},'spec':T['spec']}); dep('tmplann',t={'metadata':{'labels':{'a':'b'},'annotations':{'x y':'z'}},'spec':T['spec']})
dep('eph',t={'metadata':T['metadata'],'spec':{**T['spec'],'ephemeralContainers':[{'name':'e','image':'i'}]}})
dep('noimage',t={'metadata':T['metadata'],'spec':{'containers':[{'name':'c'}]}})
for k in('ReplicaSet','DaemonSet','StatefulSet'):
    l=k.lower()
    dep(l+'-nosel',k,selector=None); dep(l+'-empty',k,selector={}); dep(l+'-mismatch',k,selector={'matchLabels':{'x':'y'}}); dep(l+'-restart',k,t={'metadata':T['metadata'],'spec':{**T['spec'],'restartPolicy':'Never'}}); dep(l+'-mr',k,minReadySeconds=-1)
    if k!='DaemonSet': dep(l+'-neg',k,replicas=-1)
    dep(l+'-deadline',k,t={'metadata':T['metadata'],'spec':{**T['spec'],'activeDeadlineSeconds':5}})
dep('ds-zero','DaemonSet',updateStrategy={'rollingUpdate':{'maxUnavailable':0,'maxSurge':0}}); dep('ds-both','DaemonSet',updateStrategy={'rollingUpdate':{'maxUnavailable':1,'maxSurge':1}}); dep('ds-strat','DaemonSet',updateStrategy={'type':'X'})
dep('sts-strat','StatefulSet',updateStrategy={'type':'X'}); dep('sts-policy','StatefulSet',podManagementPolicy='X'); dep('sts-part','StatefulSet',updateStrategy={'rollingUpdate':{'partition':-1}}); dep('sts-ond','StatefulSet',updateStrategy={'type':'OnDelete','rollingUpdate':{'partition':1}}); dep('sts-ret','StatefulSet',persistentVolumeClaimRetentionPolicy={'whenDeleted':'X'}); dep('sts-ord','StatefulSet',ordinals={'start':-1}); dep('sts-svc','StatefulSet',serviceName='A_')
JT={'spec':{'containers':[{'name':'c','image':'i'}],'restartPolicy':'Never'}}
def job(n,t=None,**s): o('batch/v1','Job',n,spec={'template':t or JT,**s})
job('ok'); job('norestart',{'spec':T['spec']}); job('always',{'spec':{**T['spec'],'restartPolicy':'Always'}}); job('neg',parallelism=-1,completions=-1,backoffLimit=-1,activeDeadlineSeconds=-1,ttlSecondsAfterFinished=-1)
job('mode',completionMode='X'); job('indexed',completionMode='Indexed'); job('indexedbig',completionMode='Indexed',completions=200000,parallelism=200000); job('pfp',podFailurePolicy={'rules':[{'action':'Foo'}]}); job('pfp2',{'spec':{**T['spec'],'restartPolicy':'OnFailure'}},podFailurePolicy={'rules':[{'action':'Ignore','onExitCodes':{'operator':'In','values':[1]}}]}); job('repl',podReplacementPolicy='X'); job('manual',manualSelector=True); job('sel',selector=S); job('blpi',backoffLimitPerIndex=-1); job('mfi',maxFailedIndexes=1)
def cj(n,**s): o('batch/v1','CronJob',n,spec={'schedule':'* * * * *','jobTemplate':{'spec':{'template':JT}},**s})
cj('ok'); cj('nosched',schedule=''); cj('bad',schedule='x'); cj('bad2',schedule='61 * * * *'); cj('tz',schedule='TZ=UTC * * * * *'); cj('zone',timeZone='Nope/Zone'); cj('zone2',timeZone=''); cj('conc',concurrencyPolicy='X'); cj('neg',successfulJobsHistoryLimit=-1,failedJobsHistoryLimit=-1,startingDeadlineSeconds=-1); cj('a'*53); cj('tmpl',jobTemplate={'spec':{'template':{'spec':T['spec']}}}); cj('monthly',schedule='@montly')
def svc(n,**s): o('v1','Service',n,spec={'ports':[{'port':80}],**s})
svc('ok'); svc('noports',ports=[]); svc('headless',clusterIP='None',ports=[]); svc('names',ports=[{'port':80},{'port':81}]); svc('dupname',ports=[{'port':80,'name':'a'},{'port':81,'name':'a'}]); svc('dupport',ports=[{'port':80,'name':'a'},{'port':80,'name':'b'}]); svc('badport',ports=[{'port':0}]); svc('badport2',ports=[{'port':99999}]); svc('badname',ports=[{'port':80,'name':'A_'}]); svc('target',ports=[{'port':80,'targetPort':0}]); svc('target2',ports=[{'port':80,'targetPort':'A_'}]); svc('proto',ports=[{'port':80,'protocol':'x'}]); svc('type',type='X'); svc('ext',type='ExternalName',ports=[]); svc('ext2',type='ExternalName',externalName='A_b',ports=[]); svc('ext3',type='ExternalName',externalName='a.b',clusterIP='10.0.0.5'); svc('sel',selector={'a b':'c d'}); svc('aff',sessionAffinity='X'); svc('affcfg',sessionAffinityConfig={'clientIP':{'timeoutSeconds':0}},sessionAffinity='ClientIP'); svc('affcfg2',sessionAffinityConfig={'clientIP':{'timeoutSeconds':5}}); svc('etp',externalTrafficPolicy='Local'); svc('etp2',type='NodePort',externalTrafficPolicy='X'); svc('itp',internalTrafficPolicy='X'); svc('nodeport',ports=[{'port':80,'nodePort':30000}]); svc('lbr',loadBalancerSourceRanges=['1.2.3.4/32']); svc('lbr2',type='LoadBalancer',loadBalancerSourceRanges=['x']); svc('extip',externalIPs=['x']); svc('ip',clusterIP='x'); svc('fam',ipFamilies=['X']); svc('fam2',ipFamilyPolicy='X'); svc('1abc'); svc('lbc',loadBalancerClass='a b',type='LoadBalancer'); svc('hcnp',healthCheckNodePort=3); svc('dist',trafficDistribution='X'); svc('appproto',ports=[{'port':80,'appProtocol':'a b'}]); svc('headlessnp',clusterIP='None',type='NodePort')
def ing(n,**s): o('networking.k8s.io/v1','Ingress',n,spec=s)
B={'service':{'name':'s','port':{'number':80}}}
def path(p,t='Prefix',b=B): return {'rules':[{'http':{'paths':[{'path':p,'pathType':t,'backend':b}]}}]}
ing('empty'); ing('ok',defaultBackend=B); ing('host',rules=[{'host':'A_','http':{'paths':[{'path':'/','pathType':'Prefix','backend':B}]}}]); ing('hostip',rules=[{'host':'1.2.3.4'}]); ing('hostwild',rules=[{'host':'*.A'}]); ing('hostport',rules=[{'host':'a.b:80'}]); ing('rel',**path('x')); ing('dbl',**path('/a//b')); ing('dot',**path('/a/../b')); ing('enc',**path('/a%2Fb')); ing('noptype',rules=[{'http':{'paths':[{'path':'/','backend':B}]}}]); ing('ptype',**path('/','X')); ing('nopath',rules=[{'http':{'paths':[]}}]); ing('nobackend',rules=[{'http':{'paths':[{'path':'/','pathType':'Prefix','backend':{}}]}}]); ing('both',defaultBackend={'service':B['service'],'resource':{'kind':'X','name':'y','apiGroup':'z.io'}}); ing('noport',defaultBackend={'service':{'name':'s'}}); ing('twoport',defaultBackend={'service':{'name':'s','port':{'name':'x','number':3}}}); ing('svcname',defaultBackend={'service':{'name':'A_','port':{'number':3}}}); ing('svcempty',defaultBackend={'service':{'name':'','port':{'number':3}}}); ing('portbig',defaultBackend={'service':{'name':'a','port':{'number':99999}}}); ing('cls',defaultBackend=B,ingressClassName='A_'); o('networking.k8s.io/v1','Ingress','clsann',{'annotations':{'kubernetes.io/ingress.class':'x'}},spec={'ingressClassName':'y','defaultBackend':B}); ing('tls',defaultBackend=B,tls=[{'hosts':['A_']}]); ing('implpath',**path('x','ImplementationSpecific'))
def np(n,**s): o('networking.k8s.io/v1','NetworkPolicy',n,spec={'podSelector':{},**s})
np('ok'); np('sel',podSelector={'matchLabels':{'a b':'c'}}); np('type',policyTypes=['X']); np('types',policyTypes=['Ingress','Egress','Ingress']); np('peer',ingress=[{'from':[{}]}]); np('block',ingress=[{'from':[{'ipBlock':{'cidr':'x'}}]}]); np('blocksel',ingress=[{'from':[{'ipBlock':{'cidr':'10.0.0.0/8'},'podSelector':{}}]}]); np('except',ingress=[{'from':[{'ipBlock':{'cidr':'10.0.0.0/8','except':['11.0.0.0/9']}}]}]); np('port',ingress=[{'ports':[{'port':0}]}]); np('portn',egress=[{'ports':[{'port':'A_'}]}]); np('proto',ingress=[{'ports':[{'port':3,'protocol':'x'}]}]); np('end',ingress=[{'ports':[{'port':30,'endPort':20}]}]); np('endname',ingress=[{'ports':[{'port':'http','endPort':20}]}]); np('endno',ingress=[{'ports':[{'endPort':20}]}])
def hpa(n,**s): o('autoscaling/v2','HorizontalPodAutoscaler',n,spec={'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'x'},'maxReplicas':3,**s})
M={'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':50}}}
hpa('ok'); hpa('min0',minReplicas=0); hpa('max0',maxReplicas=0); hpa('minmax',minReplicas=5); hpa('ref',scaleTargetRef={'kind':'','name':''}); hpa('ref2',scaleTargetRef={'kind':'A/b','name':'x/y','apiVersion':'a/b/c'}); hpa('mtype',metrics=[{'type':'X'}]); hpa('mnone',metrics=[{'type':'Resource'}]); hpa('mres',metrics=[{'type':'Resource','resource':{'target':{'type':'Utilization'}}}]); hpa('mutil0',metrics=[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':0}}}]); hpa('mboth',metrics=[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':5,'averageValue':'1'}}}]); hpa('mtt',metrics=[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Foo','averageUtilization':5}}}]); hpa('mpods',metrics=[{'type':'Pods','pods':{'metric':{'name':''},'target':{'type':'AverageValue'}}}]); hpa('mobj',metrics=[{'type':'Object','object':{'metric':{'name':'x'},'describedObject':{'kind':'','name':''},'target':{'type':'Value'}}}]); hpa('mext',metrics=[{'type':'External','external':{'metric':{'name':'x'},'target':{'type':'Value'}}}]); hpa('mcont',metrics=[{'type':'ContainerResource','containerResource':{'name':'cpu','container':'','target':{'type':'Utilization','averageUtilization':5}}}]); hpa('beh',behavior={'scaleUp':{'stabilizationWindowSeconds':4000}}); hpa('beh2',behavior={'scaleDown':{'stabilizationWindowSeconds':-1,'policies':[{'type':'X','value':0,'periodSeconds':0}]}}); hpa('beh3',behavior={'scaleDown':{'policies':[{'type':'Pods','value':1,'periodSeconds':4000}]}}); hpa('beh4',behavior={'scaleDown':{'selectPolicy':'X'}}); hpa('beh5',behavior={'scaleDown':{'policies':[]}}); hpa('two',metrics=[{'type':'Resource','resource':M['resource'],'pods':{'metric':{'name':'x'},'target':{'type':'AverageValue','averageValue':'1'}}}])
def pdb(n,**s): o('policy/v1','PodDisruptionBudget',n,spec=s)
pdb('ok',minAvailable=1,selector=S); pdb('both',minAvailable=1,maxUnavailable=1,selector=S); pdb('neg',minAvailable=-1); pdb('pct',maxUnavailable='110%'); pdb('str',maxUnavailable='x'); pdb('sel',selector={'matchExpressions':[{'key':'a','operator':'In'}]}); pdb('pol',unhealthyPodEvictionPolicy='X')
o('v1','ConfigMap','key',data={'a b':'c'}); o('v1','ConfigMap','dot',data={'..':'c'}); o('v1','ConfigMap','both',data={'a':'c'},binaryData={'a':'YQ=='}); o('v1','ConfigMap','fin',{'finalizers':['foo']},data={}); o('v1','ConfigMap','big',data={'a':'x'*1100000}); o('v1','ConfigMap','gen',{'generateName':'A_'}); o('v1','ConfigMap','owner',{'ownerReferences':[{'apiVersion':'','kind':'','name':'','uid':''}]}); o('v1','ConfigMap','owner2',{'ownerReferences':[{'apiVersion':'v1','kind':'Event','name':'x','uid':'1'}]}); o('v1','ConfigMap','ann',{'annotations':{'a/b/c':'x'}})
o('v1','Secret','key',data={'a b':'Yw=='}); o('v1','Secret','tls',type='kubernetes.io/tls',data={}); o('v1','Secret','docker',type='kubernetes.io/dockerconfigjson',data={}); o('v1','Secret','docker2',type='kubernetes.io/dockerconfigjson',data={'.dockerconfigjson':'eA=='}); o('v1','Secret','dockercfg',type='kubernetes.io/dockercfg',data={}); o('v1','Secret','basic',type='kubernetes.io/basic-auth',data={}); o('v1','Secret','ssh',type='kubernetes.io/ssh-auth',data={}); o('v1','Secret','sa',type='kubernetes.io/service-account-token'); o('v1','Secret','big',data={'a':'eHh4'*400000})
def pvc(n,**s): o('v1','PersistentVolumeClaim',n,spec={'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}},**s})
pvc('ok'); pvc('nomode',accessModes=[]); pvc('mode',accessModes=['X']); pvc('rwop',accessModes=['ReadWriteOncePod','ReadWriteOnce']); pvc('nostor',resources={}); pvc('zero',resources={'requests':{'storage':'0'}}); pvc('vmode',volumeMode='X'); pvc('sc',storageClassName='A_'); pvc('sel',selector={'matchLabels':{'a b':'c'}}); pvc('ds',dataSource={'kind':'','name':''})
o('v1','PersistentVolume','pv-none',spec={'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce']}); o('v1','PersistentVolume','pv-cap',spec={'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'}}); o('v1','PersistentVolume','pv-two',spec={'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'},'nfs':{'server':'x','path':'/y'}}); o('v1','PersistentVolume','pv-rec',spec={'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'},'persistentVolumeReclaimPolicy':'X'}); o('v1','PersistentVolume','pv-mode',spec={'capacity':{'storage':'1Gi'},'accessModes':[],'hostPath':{'path':'/x'}})
o('storage.k8s.io/v1','StorageClass','sc1',provisioner=''); o('storage.k8s.io/v1','StorageClass','sc2',provisioner='a b'); o('storage.k8s.io/v1','StorageClass','sc3',provisioner='x',reclaimPolicy='X'); o('storage.k8s.io/v1','StorageClass','sc4',provisioner='x',volumeBindingMode='X')
R='rbac.authorization.k8s.io/v1'
o(R,'Role','r1',rules=[{'apiGroups':[''],'resources':['pods']}]); o(R,'Role','r2',rules=[{'verbs':['get']}]); o(R,'Role','r3',rules=[{'verbs':['get'],'apiGroups':['']}]); o(R,'Role','r4',rules=[{'verbs':['get'],'resources':['pods']}]); o(R,'Role','r5',rules=[{'verbs':['get'],'nonResourceURLs':['/x']}]); o(R,'ClusterRole','r6',rules=[{'verbs':['get'],'nonResourceURLs':['/x'],'resources':['pods'],'apiGroups':['']}]); o(R,'ClusterRole','a:b',rules=[]); o(R,'ClusterRole','r7',rules=[{'verbs':[],'nonResourceURLs':['/x']}])
o(R,'RoleBinding','b1',roleRef={'apiGroup':'rbac.authorization.k8s.io','kind':'X','name':'y'}); o(R,'RoleBinding','b2',roleRef={'apiGroup':'x','kind':'Role','name':''}); o(R,'RoleBinding','b3',roleRef={'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'y'},subjects=[{'kind':'X','name':'a'}]); o(R,'RoleBinding','b4',roleRef={'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'y'},subjects=[{'kind':'User','name':''},{'kind':'ServiceAccount','name':'A_','namespace':'x'},{'kind':'Group','name':'g','apiGroup':'x'}]); o(R,'ClusterRoleBinding','b5',roleRef={'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'y'},subjects=[{'kind':'ServiceAccount','name':'a'}]); o(R,'ClusterRoleBinding','b6',roleRef={'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'y'})
o('v1','Namespace','A_'); o('v1','Namespace','a.b'); o('v1','ServiceAccount','A_'); o('v1','Node','A_'); o('scheduling.k8s.io/v1','PriorityClass','p1',value=2000000000); o('scheduling.k8s.io/v1','PriorityClass','system-x',value=3); o('scheduling.k8s.io/v1','PriorityClass','p3',value=3,preemptionPolicy='X')
o('v1','ResourceQuota','q1',spec={'hard':{'foo':'1'}}); o('v1','ResourceQuota','q2',spec={'hard':{'pods':'-1'}}); o('v1','ResourceQuota','q3',spec={'hard':{'pods':'1.5'}}); o('v1','ResourceQuota','q4',spec={'hard':{'pods':'1'},'scopes':['X']}); o('v1','LimitRange','l1',spec={'limits':[{'type':'Container','min':{'cpu':'2'},'max':{'cpu':'1'}}]}); o('v1','LimitRange','l2',spec={'limits':[{'type':'Container','default':{'cpu':'2'},'max':{'cpu':'1'}}]}); o('v1','LimitRange','l3',spec={'limits':[{'type':'Pod','default':{'cpu':'2'}}]}); o('v1','LimitRange','l4',spec={'limits':[{'type':'Container'},{'type':'Container'}]})

# Finalizers


def fin(api, kind, name, finalizers, **fields):
    _add(api, kind, name, {"finalizers": finalizers}, **fields)


fin('v1','ConfigMap','f1',['a/b']); fin('v1','ConfigMap','f2',['finalizers.compute.linkedin.com']); fin('v1','ConfigMap','f3',['orphan']); fin('v1','Secret','f4',['a b/c']); fin('v1','Service','f5',['foo'],spec={'ports':[{'port':80}]}); fin('networking.k8s.io/v1','NetworkPolicy','f6',['foo'],spec={'podSelector':{}}); fin('v1','ServiceAccount','f7',['foo']); fin('rbac.authorization.k8s.io/v1','Role','f8',['foo'],rules=[])
fin('apps/v1','Deployment','f9',['foo'],spec={'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}); fin('v1','ConfigMap','f10',[''])

# Definitions


def crd(n, schema=None, name=None, **spec):
    version = {"name": "v1", "served": True, "storage": True}
    if schema is not None:
        version["schema"] = {"openAPIV3Schema": schema}
    names = {"plural": n + "s", "singular": n, "kind": n.title()}
    _add("apiextensions.k8s.io/v1", "CustomResourceDefinition", name or n + "s.x.io",
         spec={"group": "x.io", "scope": "Namespaced", "names": names, "versions": [version], **spec})


crd('aa',{'type':'object'}); crd('bb',{'type':'object','properties':{'s':{'type':'strign'}}}); crd('cc',{'type':'object','properties':{'s':{}}}); crd('dd',None); crd('ee',{'type':'object'},name='wrong.x.io'); crd('ff',{'type':'object','properties':{'l':{'type':'array'}}}); crd('gg',{'type':'object'},scope='X'); crd('hh',{}); crd('ii',{'type':'object'},versions=[{'name':'v1','served':True,'storage':False,'schema':{'openAPIV3Schema':{'type':'object'}}}]); crd('jj',{'type':'object','properties':{'s':{'type':'string','pattern':'('}}}); crd('kk',{'type':'object','properties':{'s':{'type':'string','default':3}}}); crd('ll',{'type':'object','properties':{'l':{'type':'array','items':{'type':'object'},'x-kubernetes-list-type':'map'}}}); crd('mm',{'type':'object','properties':{'l':{'type':'array','items':{'type':'string'},'x-kubernetes-list-type':'bag'}}}); crd('nn',{'type':'object'},group=''); crd('oo',{'type':'object','properties':{'a':{'type':'object','properties':{},'additionalProperties':{'type':'string'}}}}); crd('pp',{'type':'array','items':{'type':'string'}})

# Custom resources: every keyword

DEFINITION = {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'foos.e.com'},'spec':{'group':'e.com','scope':'Namespaced','names':{'plural':'foos','singular':'foo','kind':'Foo'},'versions':[{'name':'v1','served':True,'storage':True,'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object','required':['need'],'properties':{
 'need':{'type':'string'},'e':{'type':'string','enum':['b','a','c']},'n':{'type':'integer','minimum':2,'maximum':5},'x':{'type':'integer','minimum':2,'exclusiveMinimum':True,'maximum':5,'exclusiveMaximum':True},'m':{'type':'integer','multipleOf':3},'s':{'type':'string','minLength':2,'maxLength':3,'pattern':'^a'},
 'l':{'type':'array','items':{'type':'string'},'minItems':2,'maxItems':3},'set':{'type':'array','items':{'type':'string'},'x-kubernetes-list-type':'set'},'mp':{'type':'object','additionalProperties':{'type':'string'},'minProperties':2,'maxProperties':3},
 'd':{'type':'string','format':'date-time'},'dd':{'type':'string','format':'duration'},'u':{'type':'string','format':'uri'},'ip':{'type':'string','format':'ipv4'},'c':{'type':'string','format':'cidr'},'em':{'type':'string','format':'email'},'uu':{'type':'string','format':'uuid'},'by':{'type':'string','format':'byte'},'dt':{'type':'string','format':'date'},'ho':{'type':'string','format':'hostname'},
 'i32':{'type':'integer','format':'int32'},'ios':{'x-kubernetes-int-or-string':True},
 'one':{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},'oneOf':[{'required':['a']},{'required':['b']}]},
 'any':{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},'anyOf':[{'required':['a']},{'required':['b']}]},
 'not':{'type':'object','properties':{'a':{'type':'string'}},'not':{'required':['a']}},
 'all':{'type':'object','properties':{'a':{'type':'integer'}},'allOf':[{'properties':{'a':{'minimum':3}}}]},
 'num':{'type':'number'},'bo':{'type':'boolean'},'nul':{'type':'string','nullable':True},
 'lm':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k','p'],'items':{'type':'object','required':['k'],'properties':{'k':{'type':'string'},'p':{'type':'string','default':'TCP'}}}},
 'emb':{'type':'object','x-kubernetes-embedded-resource':True,'x-kubernetes-preserve-unknown-fields':True}
}}}}}}]}}

_specs = {'enum':{'need':'x','e':'z'},'enumtype':{'need':'x','e':3},'missing':{},'min':{'need':'x','n':1},'max':{'need':'x','n':9},'exmin':{'need':'x','x':2},'exmax':{'need':'x','x':5},'mult':{'need':'x','m':4},'minlen':{'need':'x','s':'a'},'maxlen':{'need':'x','s':'abcd'},'pat':{'need':'x','s':'bbb'},
'minitems':{'need':'x','l':['a']},'maxitems':{'need':'x','l':['a']*4},'set':{'need':'x','set':['a','b','a']},'minprop':{'need':'x','mp':{'a':'b'}},'maxprop':{'need':'x','mp':{k:'b' for k in 'abcd'}},'mptype':{'need':'x','mp':{'a':'b','c':3}},
'date':{'need':'x','d':'yesterday'},'dur':{'need':'x','dd':'abc'},'uri':{'need':'x','u':'a b'},'ip':{'need':'x','ip':'1.2.3'},'cidr':{'need':'x','c':'x'},'email':{'need':'x','em':'x'},'uuid':{'need':'x','uu':'x'},'byte':{'need':'x','by':'%%'},'dt':{'need':'x','dt':'2020-13-01'},'host':{'need':'x','ho':'a_b!'},
'i32':{'need':'x','i32':99999999999},'ios':{'need':'x','ios':True},'one0':{'need':'x','one':{}},'one2':{'need':'x','one':{'a':'x','b':'y'}},'any0':{'need':'x','any':{}},'not':{'need':'x','not':{'a':'x'}},'all':{'need':'x','all':{'a':1}},'type':{'need':3},'typeobj':{'need':'x','one':'str'},'typearr':{'need':'x','l':{}},'num':{'need':'x','num':'3'},'bo':{'need':'x','bo':'true'},'nullneed':{'need':None},'nul':{'need':'x','nul':None},'lm':{'need':'x','lm':[{'k':'a'},{'k':'a','p':'TCP'}]},'lmreq':{'need':'x','lm':[{'p':'UDP'}]},'emb':{'need':'x','emb':{}},'emb2':{'need':'x','emb':{'apiVersion':'v1','kind':'Pod','metadata':{'name':'A_'}}},'two':{'need':3,'e':'z','n':1},'specstr':None,'floatint':{'need':'x','n':3.0},'floatint2':{'need':'x','n':3.5}}


def all_cases():
    """Lists of objects; the last one is the case."""
    yield from ([case] for case in _all)
    for name, spec in _specs.items():
        yield [DEFINITION, {"apiVersion": "e.com/v1", "kind": "Foo", "metadata": {"name": name}, "spec": "x" if spec is None else spec}]
