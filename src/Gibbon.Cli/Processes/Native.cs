using System.Runtime.InteropServices;

namespace Gibbon.Cli.Processes;

/// <summary>The system calls that .NET has no words for: detaching a child, replacing oneself, sending a signal.</summary>
internal static unsafe partial class Native
{
    public const int SignalTerminate = 15;
    public const int SignalKill = 9;
    public const int SignalQuit = 3;
    public const int SignalHangUp = 1;

    private const int SignalInterrupt = 2;
    private const int SignalUser1 = 10;
    private const nint DefaultAction = 0;

    private const int CloseOnExec = 0x80000;
    private const int ReadOnly = 0;
    private const int AppendOrCreate = 0x441;
    private const short NewSession = 0x80;
    private const int OwnerWritesAllRead = 0x1a4;

    // Larger than glibc's and musl's posix_spawn_file_actions_t (80) and posix_spawnattr_t (336).
    private const int OpaqueSize = 1024;

    public static bool SendSignal(int process, int signal) => Kill(process, signal) == 0;

    /// <summary>True when the process exists, whoever owns it.</summary>
    public static bool Exists(int process) => Kill(process, 0) == 0 || Marshal.GetLastPInvokeError() == 1;

    public static (int Read, int Write) Pipe()
    {
        var ends = stackalloc int[2];
        if (Pipe2(ends, CloseOnExec) != 0)
            throw new IOException($"pipe: {Marshal.GetLastPInvokeErrorMessage()}");
        return (ends[0], ends[1]);
    }

    /// <summary>
    /// Starts a program in a session of its own: nothing on standard input, both outputs to a file, one descriptor of ours
    /// handed over under the number it has in the child.
    /// </summary>
    /// <returns>The child's id.</returns>
    public static int SpawnDetached(IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string>> environment, string output, (int Ours, int Theirs) keep)
    {
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        _ = SpawnFileActionsInit(actions);
        _ = SpawnAttributesInit(attributes);
        _ = SpawnAttributesSetFlags(attributes, NewSession);
        _ = SpawnFileActionsAddOpen(actions, 0, "/dev/null", ReadOnly, 0);
        _ = SpawnFileActionsAddOpen(actions, 1, output, AppendOrCreate, OwnerWritesAllRead);
        _ = SpawnFileActionsAddDup2(actions, 1, 2);
        _ = SpawnFileActionsAddDup2(actions, keep.Ours, keep.Theirs);
        HeedSignals();
        using var arguments = new CStrings(command);
        using var variables = new CStrings(environment.Select(pair => $"{pair.Key}={pair.Value}"));
        var error = Spawn(out var child, command[0], actions, attributes, arguments.Pointer, variables.Pointer);
        _ = SpawnFileActionsDestroy(actions);
        _ = SpawnAttributesDestroy(attributes);
        return error == 0 ? child : throw new IOException($"could not start {command[0]}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Becomes another program, keeping the process id. Returns only on failure.</summary>
    public static string Replace(IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string>> environment)
    {
        HeedSignals();
        using var arguments = new CStrings(command);
        using var variables = new CStrings(environment.Select(pair => $"{pair.Key}={pair.Value}"));
        _ = Execute(command[0], arguments.Pointer, variables.Pointer);
        return $"could not start {command[0]}: {Marshal.GetLastPInvokeErrorMessage()}";
    }

    // What is ignored here would be ignored by the program too, and .NET leaves that as it is: a node that was started by a script in the background could not be told to quit.
    private static void HeedSignals()
    {
        foreach (var signal in (ReadOnlySpan<int>)[SignalHangUp, SignalInterrupt, SignalQuit, SignalTerminate, SignalUser1])
            _ = SetAction(signal, DefaultAction);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe2(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int process, string path, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int SpawnFileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int SpawnFileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SpawnFileActionsAddOpen(byte* actions, int descriptor, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int SpawnFileActionsAddDup2(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int SpawnAttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int SpawnAttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SpawnAttributesSetFlags(byte* attributes, short flags);

    /// <summary>A null-terminated array of C strings.</summary>
    private sealed class CStrings : IDisposable
    {
        private readonly nint[] strings;

        public CStrings(IEnumerable<string> texts)
        {
            strings = [.. texts.Select(Marshal.StringToCoTaskMemUTF8)];
            Pointer = (nint*)NativeMemory.AllocZeroed((nuint)strings.Length + 1, (nuint)nint.Size);
            for (var i = 0; i < strings.Length; i++)
                Pointer[i] = strings[i];
        }

        public nint* Pointer { get; }

        public void Dispose()
        {
            foreach (var text in strings)
                Marshal.FreeCoTaskMem(text);
            NativeMemory.Free(Pointer);
        }
    }
}
