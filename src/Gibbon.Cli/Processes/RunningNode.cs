using System.Diagnostics;
using Gibbon.Cli.Arguments;

namespace Gibbon.Cli.Processes;

/// <summary>A node that runs in some working directory, as other commands see it.</summary>
internal sealed record RunningNode(int Process)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    public static RunningNode? Find(string prefix) => PidFile.ReadRunning(prefix) is { } process ? new RunningNode(process) : null;

    public static RunningNode Require(string prefix) => Find(prefix) ?? throw new CommandException($"nginx not running in prefix: {prefix}");

    public void Send(int signal)
    {
        if (!Native.SendSignal(Process, signal) && Native.Exists(Process))
            throw new CommandException($"could not send a signal to process {Process}: it belongs to another user");
    }

    /// <returns>True when the process is gone in time.</returns>
    public async Task<bool> WaitForExitAsync(string prefix, TimeSpan timeout)
    {
        var clock = Stopwatch.StartNew();
        while (PidFile.ReadRunning(prefix) == Process)
        {
            if (clock.Elapsed > timeout)
                return false;
            await Task.Delay(PollInterval);
        }

        return true;
    }

    /// <summary>The fast stop; a process that does not heed it is killed.</summary>
    public async Task StopAsync(string prefix)
    {
        Send(Native.SignalTerminate);
        if (await WaitForExitAsync(prefix, TimeSpan.FromSeconds(10)))
            return;
        Send(Native.SignalKill);
        await WaitForExitAsync(prefix, TimeSpan.FromSeconds(2));
    }
}
