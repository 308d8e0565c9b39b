using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Gibbon.Cli.Processes;

internal enum ProcessSignal
{
    Reload,
    ReopenLogs,
    Quit,
    Stop,
}

/// <summary>Signals in nginx's meaning: HUP reloads, USR1 opens the log files anew, QUIT ends gracefully, TERM and INT at once. In the order they came.</summary>
internal sealed class ProcessSignals : IDisposable
{
    private const int User1 = 10;

    // nginx upgrades its binary on USR2 and retires workers on WINCH: nothing here, but no reason to die either.
    private const int User2 = 12;

    private readonly Channel<ProcessSignal> channel = Channel.CreateUnbounded<ProcessSignal>();
    private readonly CancellationTokenSource ending = new();
    private readonly PosixSignalRegistration[] registrations;

    public ProcessSignals()
    {
        registrations =
        [
            On(PosixSignal.SIGHUP, ProcessSignal.Reload), On((PosixSignal)User1, ProcessSignal.ReopenLogs),
            On(PosixSignal.SIGQUIT, ProcessSignal.Quit),
            On(PosixSignal.SIGTERM, ProcessSignal.Stop), On(PosixSignal.SIGINT, ProcessSignal.Stop), On((PosixSignal)User2, null),
        ];
    }

    /// <summary>Cancelled by the first signal to end: whoever is still starting need not go on.</summary>
    public CancellationToken Ending => ending.Token;

    public ValueTask<ProcessSignal> NextAsync() => channel.Reader.ReadAsync();

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        ending.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, ProcessSignal? meaning) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (meaning is not { } known)
            return;
        channel.Writer.TryWrite(known);
        if (known is ProcessSignal.Quit or ProcessSignal.Stop)
            ending.Cancel();
    });
}
