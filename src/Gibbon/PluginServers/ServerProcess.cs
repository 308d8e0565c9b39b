using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Gibbon.Pdk;
using Gibbon.PluginServers.Wire;

namespace Gibbon.PluginServers;

/// <summary>The process of a plugin server: started, its output logged, started again when it ends.</summary>
internal sealed partial class ServerProcess(string name, string command, PluginLogger log, TimeProvider time) : IAsyncDisposable
{
    private const int NotFound = 127;
    private const int Terminate = 15;
    private const int LongestLine = 16 * 1024;

    // Not sooner than this after it was started last.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private long _started;
    private volatile bool _isAlive;

    /// <summary>Whether it may not listen yet because it was started a moment ago: whoever cannot reach it tries again.</summary>
    public bool IsStarting => _isAlive && time.GetElapsedTime(Volatile.Read(ref _started)) < ServerConnections.StartPatience;

    public void Start() => _running = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            long started = time.GetTimestamp();
            log.Notice($"[pluginserver] starting pluginserver process for {name}");
            if (Spawn() is { } process)
            {
                using (process)
                {
                    await WatchAsync(process).ConfigureAwait(false);
                }
            }

            TimeSpan rest = Pace - time.GetElapsedTime(started);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        log.Notice($"[pluginserver] exiting: pluginserver '{name}' not respawned.");
    }

    private Process? Spawn()
    {
        // Its input stays open for as long as the gateway lives.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec 2>&1; exec {command}");
        try
        {
            Process process = Process.Start(start)!;
            Volatile.Write(ref _started, time.GetTimestamp());
            _isAlive = true;
            log.Notice($"[pluginserver] started, pid {process.Id}");
            return process;
        }
        catch (Exception failure) when (failure is Win32Exception or IOException)
        {
            log.Err($"[pluginserver] external pluginserver '{name}' cannot be started: {failure.Message}");
            return null;
        }
    }

    private async Task WatchAsync(Process process)
    {
        Task logging = LogAsync(process.StandardOutput, process.Id);
        await process.WaitForExitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isAlive = false;
        if (!process.HasExited)
        {
            await EndAsync(process).ConfigureAwait(false);
        }

        // Whoever the process has left behind may hold the output open.
        await logging.WaitAsync(Pace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        if (process.ExitCode == NotFound)
        {
            log.Err($"[pluginserver] external pluginserver \"{name}\" start command \"{command}\" exited with \"command not found\"");
        }
        else
        {
            log.Notice($"external pluginserver '{name}' terminated: {Reason(process.ExitCode)}");
        }
    }

    private async Task EndAsync(Process process)
    {
        if (Kill(process.Id, Terminate) != 0)
        {
            log.Err($"[pluginserver] failed to stop pluginserver '{name}'");
        }

        using var patience = new CancellationTokenSource(Grace);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync().ConfigureAwait(false);
        }

        log.Notice($"[pluginserver] successfully stopped pluginserver '{name}', pid {process.Id}");
    }

    private async Task LogAsync(StreamReader output, int pid)
    {
        var line = new System.Text.StringBuilder();
        var buffer = new char[4096];
        try
        {
            for (int read; (read = await output.ReadAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false)) > 0;)
            {
                Take(buffer.AsSpan(0, read), line, pid);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The process is over.
        }

        Write(line, pid);
    }

    private void Take(ReadOnlySpan<char> text, System.Text.StringBuilder line, int pid)
    {
        foreach (char c in text)
        {
            if (c == '\n' || line.Length == LongestLine)
            {
                Write(line, pid);
            }

            if (c is not ('\n' or '\r'))
            {
                line.Append(c);
            }
        }
    }

    private void Write(System.Text.StringBuilder line, int pid)
    {
        if (line.Length > 0)
        {
            log.Info($"[{name}:{pid}] {line}");
            line.Clear();
        }
    }

    private static string Reason(int code) => code > 128 ? $"signal {code - 128}" : $"exit {code}";

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
