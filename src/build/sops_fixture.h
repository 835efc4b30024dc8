/*
 * sops_fixture - files that sops 3.13.3 has encrypted, for sops_decrypt_test.c
 *
 * Layer: build. Private.
 */
#ifndef FORGE_BUILD_SOPS_FIXTURE_H
#define FORGE_BUILD_SOPS_FIXTURE_H

/* clang-format off */
#define ENCRYPTED_JSON \
	"{\n" \
	"\t\"s\": \"ENC[AES256_GCM,data:/F18,iv:ytnWmxWyRfZ/UCTtnhhWwvMo4HSglmxZEv/w+HXgc" \
	"WM=,tag:Bt10qvG7eRBn7YWRjK/yOw==,type:str]\",\n" \
	"\t\"a\": {\n" \
	"\t\t\"n\": \"ENC[AES256_GCM,data:akw=,iv:ovQHzL0KV54wjrVRvh15apBC9tHzY9tqWXQCxZ9" \
	"3QB8=,tag:NPFrJcgLCuWVjXLc/S312w==,type:int]\",\n" \
	"\t\t\"t\": \"ENC[AES256_GCM,data:PO0XtQ==,iv:sG/J7CWxxS0ZyhUhLDB9/D/fZwGJBhIhTl9" \
	"CaQpl3lU=,tag:eFPjo32I4CYqJR/ERv75ug==,type:bool]\",\n" \
	"\t\t\"l\": [\n" \
	"\t\t\t\"ENC[AES256_GCM,data:eA==,iv:yJcSzD2uBIuWUU994NGCW0cz9On89gpQAiu+nErqXIo=" \
	",tag:AbYxzQdXC+eKNienJwlqDg==,type:str]\",\n" \
	"\t\t\t\"ENC[AES256_GCM,data:UtTA,iv:2Y3drT7WWuodworAw+KhOt/QEXQFNdIYRui3ufgJq6I=" \
	",tag:QcaxYdINpa4tIbuD4NNPOw==,type:float]\"\n" \
	"\t\t]\n" \
	"\t},\n" \
	"\t\"open_unencrypted\": \"x\",\n" \
	"\t\"sops\": {\n" \
	"\t\t\"age\": [\n" \
	"\t\t\t{\n" \
	"\t\t\t\t\"enc\": \"-----BEGIN AGE ENCRYPTED FILE-----\\nYWdlLWVuY3J5cHRpb24ub3Jn" \
	"L3YxCi0+IFgyNTUxOSBtQmFJZXQwcGd5NkIzbENR\\nb0x3VnVTSWJkWnBBRlZzREllQkprK1JCeWlZC" \
	"mx3c2FabmlvZFl6N2ExeHdBQTkv\\nOGpxVWxMcmNxdnY5a2N1eFU4Y09CcVUKLS0tIHlQb2d6QytYMk" \
	"pzQTgva1ZoYWJP\\nRXV5c3V5dVZsOVl1bVZaSVlRenMveGMKDrybdlmGQTOFUD50Ld+IxOLUdlZl6Ao" \
	"5\\nEC/hmp1utVee/6QjT7ctDPc9BWFa/clKZ23NrcxDqkcfm3fRHTtF3A==\\n-----END AGE ENCR" \
	"YPTED FILE-----\\n\",\n" \
	"\t\t\t\t\"recipient\": \"age1a64asvprfl995thgnw8fq0qvumjuv6z0feqdjjje2ac6zdyqmqj" \
	"sfpnwxw\"\n" \
	"\t\t\t}\n" \
	"\t\t],\n" \
	"\t\t\"lastmodified\": \"2026-12-01T02:23:29Z\",\n" \
	"\t\t\"mac\": \"ENC[AES256_GCM,data:owPzMh2BvIfjG3OSJrR7MbTHbc8G8+F46uhmcua5LXVyE" \
	"yyZe6mS4AGjSKJQNysY/vTZRHsrFc7DrJB5GX/v2+zpfn+VG+V4v1uJXzAcHYdIwnt3Q0hlhqp7wkJTf" \
	"5Dco9RQslyu/SUu957WHZzcqMO+o7imh9iF8mhwVz5eI4U=,iv:NyWgmLq4UMIYaAbhu4Z+6DtxvkW1Z" \
	"y70laXLpfigtvE=,tag:KtGzC3dwNWyCrCXfcB9Ukg==,type:str]\",\n" \
	"\t\t\"unencrypted_suffix\": \"_unencrypted\",\n" \
	"\t\t\"version\": \"3.13.3\"\n" \
	"\t}\n" \
	"}\n"
#define PLAIN_JSON \
	"{\n" \
	"\t\"s\": \"x\\u003cy\",\n" \
	"\t\"a\": {\n" \
	"\t\t\"n\": 12,\n" \
	"\t\t\"t\": true,\n" \
	"\t\t\"l\": [\n" \
	"\t\t\t\"x\",\n" \
	"\t\t\t1.5\n" \
	"\t\t]\n" \
	"\t},\n" \
	"\t\"open_unencrypted\": \"x\"\n" \
	"}\n"
/* --encrypted-regex '^a$' --mac-only-encrypted */
#define ENCRYPTED_JSON_SIGNED_PARTLY \
	"{\n" \
	"\t\"s\": \"x\\u003cy\",\n" \
	"\t\"a\": {\n" \
	"\t\t\"n\": \"ENC[AES256_GCM,data:LTw=,iv:FOzp0h7fDFBjT9YSU1npxS/2Rh0NOURbQ/YV05W" \
	"eYsU=,tag:wJMMQfJoPYhNMkVcl3HG5A==,type:int]\",\n" \
	"\t\t\"t\": \"ENC[AES256_GCM,data:PhOYzQ==,iv:8906rSxpycg1LvOgeoIOppgLX/euAzkSTd9" \
	"nSc59CiU=,tag:ytT4vkZcCUsqdiRJ7TGJ8Q==,type:bool]\",\n" \
	"\t\t\"l\": [\n" \
	"\t\t\t\"ENC[AES256_GCM,data:ow==,iv:DA/YN09BR7gMZcWFsc2fEhqqeslu3OTgnfDu2AY+MY0=" \
	",tag:hdXNjtBYEPIW8nDXlUd4tA==,type:str]\",\n" \
	"\t\t\t\"ENC[AES256_GCM,data:w70W,iv:WfNKst6BmjW2VRZV+M23n+XFCVbv6il4rm5uUXsuyTA=" \
	",tag:RxLu+zK8FSNGQHeJa23yfQ==,type:float]\"\n" \
	"\t\t]\n" \
	"\t},\n" \
	"\t\"open_unencrypted\": \"x\",\n" \
	"\t\"sops\": {\n" \
	"\t\t\"age\": [\n" \
	"\t\t\t{\n" \
	"\t\t\t\t\"enc\": \"-----BEGIN AGE ENCRYPTED FILE-----\\nYWdlLWVuY3J5cHRpb24ub3Jn" \
	"L3YxCi0+IFgyNTUxOSBtREQ3N0JPRTZzc2FMeHhT\\nZlFhai9EWWlyS0IvUFBUUS9raEJGUUpBL3o4C" \
	"lN1eENVQkVnVXF0ZkJIc1VRaHBT\\ncjZEVnhaY1lKZjdTK3hRSGsrMFpqQW8KLS0tIGc0TzFYdk9xcE" \
	"5EYUtIU3E5Umov\\nWnNTTzhyWWdNandBVkc1UFN0YTJ3MkEKMFkaNuX2hkMCU6vHjQMbOO4Q5smNFet" \
	"8\\nZQWzFpu7T8NRwdfjU3mlNFw/ZhamzM9dsebwqpyWNcEBj2xSk10jFA==\\n-----END AGE ENCR" \
	"YPTED FILE-----\\n\",\n" \
	"\t\t\t\t\"recipient\": \"age1a64asvprfl995thgnw8fq0qvumjuv6z0feqdjjje2ac6zdyqmqj" \
	"sfpnwxw\"\n" \
	"\t\t\t}\n" \
	"\t\t],\n" \
	"\t\t\"encrypted_regex\": \"^a$\",\n" \
	"\t\t\"lastmodified\": \"2026-12-01T02:23:29Z\",\n" \
	"\t\t\"mac\": \"ENC[AES256_GCM,data:nl+OqyB+u3wQCKkOJOBXDwHQ39dKFv5zqDGHyLR51uSS4" \
	"8vLDTOh8YzMw/+wuj3dMgG3+rXH9PyLn1UYvV9fQVpQCJ+a15qr/4/kbnYD1MkV/dWru3ZNfNz65O7Uu" \
	"K5/P9+p+7lNNeQtOkkhMm31VK/v2Zllst6PB3wH2B0+IKE=,iv:uXDv4zvIzFmgK4ztDfyGHEDnH+A+T" \
	"UgYPQFAUsSJdik=,tag:EtfuMXp78YHak8toJcd62w==,type:str]\",\n" \
	"\t\t\"mac_only_encrypted\": true,\n" \
	"\t\t\"version\": \"3.13.3\"\n" \
	"\t}\n" \
	"}\n"
#define PLAIN_JSON_PARTLY \
	"{\n" \
	"\t\"s\": \"x\\u003cy\",\n" \
	"\t\"a\": {\n" \
	"\t\t\"n\": 12,\n" \
	"\t\t\"t\": true,\n" \
	"\t\t\"l\": [\n" \
	"\t\t\t\"x\",\n" \
	"\t\t\t1.5\n" \
	"\t\t]\n" \
	"\t},\n" \
	"\t\"open_unencrypted\": \"x\"\n" \
	"}\n"
/* clang-format on */

#endif
