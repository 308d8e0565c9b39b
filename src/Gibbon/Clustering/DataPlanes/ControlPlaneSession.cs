using System.Text;
using Gibbon.Clustering.Wire;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>
/// A connection to a control plane, for as long as it lasts: one task reads, one sends reports, one applies the newest configuration that came; those that were
/// overtaken while it did are passed over.
/// </summary>
internal sealed class ControlPlaneSession(DataPlaneParts parts, ConfigurationUpdates updates, WebSocketConnection connection, Action<LogSeverity, string> log)
{
    private readonly SemaphoreSlim _arrived = new(0);
    private byte[]? _next;
    private volatile bool _isGibbon;

    /// <returns>Whether the control plane goes on with calls on the same connection.</returns>
    public async Task<bool> RunAsync(CancellationToken ending)
    {
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(ending);
        Task<End> reading = ReadAsync(done.Token);
        Task<End> reporting = ReportAsync(done.Token);
        Task<End> applying = Task.Run(() => ApplyAsync(done.Token), CancellationToken.None);
        End end = await (await Task.WhenAny(reading, reporting, applying).ConfigureAwait(false)).ConfigureAwait(false);
        if (end.SaysGoodbye)
        {
            await connection.CloseAsync(parts.Times.Handshake).ConfigureAwait(false);
        }

        await done.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(reading, reporting, applying).ConfigureAwait(false);
        if (end.Problem is { } problem && !ending.IsCancellationRequested)
        {
            bool isClosed = problem.EndsWith(": closed", StringComparison.Ordinal);
            log(isClosed ? LogSeverity.Info : LogSeverity.Error, isClosed ? "connection to control plane closed" : problem);
        }

        _arrived.Dispose();
        return end.GoesOn;
    }

    private async Task<End> ReadAsync(CancellationToken ending)
    {
        while (true)
        {
            Result<WebSocketMessage> received;
            try
            {
                received = await connection.ReceiveAsync(parts.Times.LongestSilence, ending).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return new End(null, SaysGoodbye: true);
            }

            if (!received.IsOk)
            {
                return received.Error.EndsWith("timeout", StringComparison.Ordinal)
                    ? new End($"did not receive pong frame from control plane within {parts.Times.PingInterval.TotalSeconds * 1.5} seconds", SaysGoodbye: true)
                    : new End("error while receiving frame from control plane: " + received.Error, SaysGoodbye: false);
            }

            switch (received.Value.Opcode)
            {
                case WebSocketOpcode.Close:
                    log(LogSeverity.Debug, "received close frame from control plane");
                    return new End(null, SaysGoodbye: true);
                case WebSocketOpcode.Binary when GibbonMark.Read(received.Value.Payload) is { } mark:
                    _isGibbon = true;
                    if (mark.TellsChanges)
                    {
                        return new End(null, SaysGoodbye: false, GoesOn: true);
                    }

                    break;
                case WebSocketOpcode.Binary:
                    Volatile.Write(ref _next, received.Value.Payload);
                    _arrived.Release();
                    break;
                case WebSocketOpcode.Pong:
                    log(LogSeverity.Debug, "received pong frame from control plane");
                    break;
                default:
                    log(LogSeverity.Notice, $"received unknown ({received.Value.Opcode.ToString().ToLowerInvariant()}) frame from control plane");
                    break;
            }
        }
    }

    private async Task<End> ReportAsync(CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await PingAsync(ending).ConfigureAwait(false);
                await Task.Delay(parts.Times.PingInterval, parts.Time, ending).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return new End(null, SaysGoodbye: true);
        }
    }

    private async Task<End> ApplyAsync(CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await _arrived.WaitAsync(ending).ConfigureAwait(false);
                if (Interlocked.Exchange(ref _next, null) is not { } message)
                {
                    continue;
                }

                UpdateResult result = updates.Apply(message);
                switch (result.Kind)
                {
                    case UpdateKind.Applied:
                        await PingAsync(ending).ConfigureAwait(false);
                        break;
                    case UpdateKind.Refused when _isGibbon:
                        await SendErrorAsync(result.Error!, ending).ConfigureAwait(false);
                        break;
                    case UpdateKind.Garbage:
                        return new End("the control plane sent what is no configuration", SaysGoodbye: false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return new End(null, SaysGoodbye: true);
        }
    }

    private async ValueTask PingAsync(CancellationToken ending)
    {
        Result sent = await connection.SendAsync(
            WebSocketOpcode.Ping, Encoding.ASCII.GetBytes(updates.Hash), parts.Times.LongestSilence, ending).ConfigureAwait(false);
        log(sent.IsOk ? LogSeverity.Debug : LogSeverity.Warn, sent.IsOk ? "sent ping frame to control plane" : "unable to send ping frame to control plane: " + sent.Error);
    }

    private async ValueTask SendErrorAsync(ValueMap error, CancellationToken ending)
    {
        byte[] report = ValueJson.Write(new ValueMap { ["type"] = "error", ["error"] = error });
        Result sent = await connection.SendAsync(WebSocketOpcode.Binary, report, parts.Times.LongestSilence, ending).ConfigureAwait(false);
        if (!sent.IsOk)
        {
            log(LogSeverity.Error, "failed to send error report to control plane: " + sent.Error);
        }
    }

    // What ended a task, whether the other side is to be told, and whether it was only this way of talking that ended.
    private readonly record struct End(string? Problem, bool SaysGoodbye, bool GoesOn = false);
}
