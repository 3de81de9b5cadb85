/* b_peak PROGRAM ARGUMENT …: runs it, prints its peak of resident memory in KiB. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage use;
    int status = 0;
    if (argc < 2) return 2;
    pid_t pid = fork();
    if (pid == 0) {
        if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0) _exit(127);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &use) != pid) return 1;
    printf("%ld\n", use.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
