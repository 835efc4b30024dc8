"""measure - what scripts of bench/ measure of whole processes, in terms of the reference machine"""
import os
import resource
import statistics
import subprocess


def slowness():
    return float(subprocess.check_output([os.environ["SLOWNESS"]]))


def cpu_ms(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def reference_ms(command, times=9):
    """The median, in milliseconds of the reference machine."""
    figures = []
    for _ in range(times):
        before, used = slowness(), cpu_ms(command)
        figures.append(used * 2 / (before + slowness()))
    return statistics.median(figures)


def peak_mb(command):
    """Resident memory at its highest, in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, command)
    return usage.ru_maxrss / 1000
