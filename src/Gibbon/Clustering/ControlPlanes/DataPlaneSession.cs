using System.Collections.Frozen;
using System.Text;
using System.Threading.Channels;
using Gibbon.Clustering.Compatibility;
using Gibbon.Clustering.Wire;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>
/// A data plane on <c>/v1/outlet</c>: it introduces itself, gets the configuration, and reports by pings which one it has. One task reads, one writes; what waits
/// to be written is bounded, since a configuration that was overtaken before it could be sent is not sent.
/// </summary>
internal sealed class DataPlaneSession(ControlPlane controlPlane, WebSocketConnection connection, DataPlaneNode node, DateTimeOffset? certificateEnd)
{
    private const int HashLength = 32;
    private const int MostPongs = 64;

    private readonly Channel<bool> _waiting = Channel.CreateBounded<bool>(MostPongs);
    private readonly ControlPlaneParts _parts = controlPlane.Parts;
    private FrozenDictionary<string, PluginVersion?> _plugins = FrozenDictionary<string, PluginVersion?>.Empty;
    private ValueMap? _labels;
    private string _hash = ConfigurationHash.Empty;
    private DateTimeOffset _lastSeen = controlPlane.Parts.Time.GetUtcNow();
    private volatile SyncStatus _status = SyncStatus.Unknown;
    private string? _sent;
    private int _wantsPush;
    private volatile bool _isGibbon;
    private bool _takesCalls;

    /// <summary>Whether the data plane is one of ours.</summary>
    public bool IsGibbon => _isGibbon;

    /// <summary>Lets the configuration be sent; of several at once the last one only.</summary>
    public void Push()
    {
        if (Interlocked.Exchange(ref _wantsPush, 1) == 0)
        {
            // Where the channel is full of answers that the data plane does not take, whoever writes them sees the flag.
            _waiting.Writer.TryWrite(true);
        }
    }

    public async Task RunAsync(CancellationToken ending)
    {
        Result<WebSocketMessage> first = await connection.ReceiveAsync(_parts.Times.FirstMessage, ending).ConfigureAwait(false);
        if (first is { IsOk: true, Value.Opcode: not WebSocketOpcode.Binary })
        {
            // Whatever speaks first in another way is no data plane.
            return;
        }

        string? problem = first.IsOk ? Introduce(first.Value.Payload) : "failed to receive websocket basic info frame: " + first.Error;
        if (problem is not null)
        {
            Log(LogSeverity.Error, problem);
            await connection.CloseAsync(_parts.Times.Handshake).ConfigureAwait(false);
            return;
        }

        Verdict verdict = controlPlane.Compatibility.OfNode(node.Version!, _plugins, Log);
        if (verdict.Problem is not null)
        {
            Log(LogSeverity.Error, verdict.Problem);
            await connection.CloseAsync(_parts.Times.Handshake).ConfigureAwait(false);
            _status = verdict.Status;
            await ReportAsync().ConfigureAwait(false);
            return;
        }

        Log(LogSeverity.Debug, "data plane connected");
        bool isCurrent = KongVersion.Number(node.Version!) == KongVersion.Number(KongVersion.Current);
        await (_takesCalls && isCurrent && controlPlane.Rpc is { Source: not null } rpc ? CallAsync(rpc, ending) : ServeAsync(ending)).ConfigureAwait(false);
    }

    // One of ours is told of changes, on this connection.
    private async Task CallAsync(RpcControlPlane rpc, CancellationToken ending)
    {
        Result sent = await connection.SendAsync(WebSocketOpcode.Binary, GibbonMark.MessageBeforeCalls, _parts.Times.LongestSilence, ending).ConfigureAwait(false);
        if (sent.IsOk)
        {
            await rpc.ServeAsync(new RpcSession(rpc, connection, node.Ip, certificateEnd, new KnownDataPlane(node, _labels, _plugins)), ending).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(CancellationToken ending)
    {
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(ending);
        controlPlane.Enlist(this);
        await FindStatusAsync(done.Token).ConfigureAwait(false);
        Push();
        Task<string?> reading = ReadAsync(done.Token);
        Task<string?> writing = WriteAsync(done.Token);
        Task<string?> first = await Task.WhenAny(reading, writing).ConfigureAwait(false);
        string? problem = await first.ConfigureAwait(false);
        if (first == reading)
        {
            // What the data plane was owed is sent before the goodbye.
            _waiting.Writer.TryComplete();
            await Task.WhenAny(writing, Task.Delay(_parts.Times.Handshake, ending)).ConfigureAwait(false);
        }

        await connection.CloseAsync(_parts.Times.Handshake).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(reading, writing).ConfigureAwait(false);
        if (problem is not null && !ending.IsCancellationRequested)
        {
            bool isClosed = problem.EndsWith("closed", StringComparison.Ordinal);
            Log(isClosed ? LogSeverity.Debug : LogSeverity.Error, isClosed ? "data plane closed the connection" : problem);
        }
    }

    // Returns what is wrong with the first message.
    private string? Introduce(byte[] payload)
    {
        if (!ValueJson.TryRead(payload, out object? read, out string? error) || read is not ValueMap message)
        {
            return "failed to decode websocket basic info data" + (error is null ? "" : ": " + error);
        }

        if (message.GetString("type") is not "basic_info")
        {
            return "invalid basic info data type: " + (message.GetString("type") ?? "unknown");
        }

        if (message.Get("plugins") is not (ValueList or ValueMap { Count: 0 }))
        {
            return "missing plugins in basic info data";
        }

        _plugins = PluginVersions.Of(message.GetList("plugins") ?? []);
        _isGibbon = message.GetMap("gibbon") is not null;
        _takesCalls = GibbonMark.TakesCalls(message.GetMap("gibbon"));
        _labels = message.GetMap("labels");
        return null;
    }

    private async Task<string?> ReadAsync(CancellationToken ending)
    {
        while (true)
        {
            Result<WebSocketMessage> received;
            try
            {
                received = await connection.ReceiveAsync(_parts.Times.LongestSilence, ending).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            if (!received.IsOk)
            {
                return received.Error.EndsWith("timeout", StringComparison.Ordinal)
                    ? $"did not receive ping frame from data plane within {_parts.Times.PingInterval.TotalSeconds * 1.5} seconds"
                    : received.Error;
            }

            WebSocketMessage message = received.Value;
            if (message.Opcode == WebSocketOpcode.Close)
            {
                Log(LogSeverity.Debug, "received close frame from data plane");
                return null;
            }

            if (_isGibbon && message.Opcode == WebSocketOpcode.Binary && NoteRefusal(message.Payload))
            {
                continue;
            }

            if (Fault(message) is { } fault)
            {
                return fault;
            }

            Log(LogSeverity.Debug, "received ping frame from data plane");
            _hash = Encoding.Latin1.GetString(message.Payload);
            _lastSeen = _parts.Time.GetUtcNow();
            await ReportAsync().ConfigureAwait(false);
            try
            {
                await _waiting.Writer.WriteAsync(false, ending).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ChannelClosedException)
            {
                return null;
            }
        }
    }

    private static string? Fault(WebSocketMessage message) =>
        message.Payload.Length != HashLength ? $"received a ping frame from the data plane with an invalid hash: '{Printable(message.Payload)}'"
        : message.Opcode != WebSocketOpcode.Ping ? $"invalid websocket frame received from data plane: {message.Opcode.ToString().ToLowerInvariant()}"
        : null;

    // Our own data planes say when they could not take a configuration.
    private bool NoteRefusal(byte[] payload)
    {
        if (!ValueJson.TryRead(payload, out object? read, out _) || read is not ValueMap message
            || message.GetString("type") != "error" || message.GetMap("error") is not { } error)
        {
            return false;
        }

        Log(LogSeverity.Error, $"data plane refused configuration {error.GetString("config_hash")}: {error.GetString("message")}");
        return true;
    }

    private async Task<string?> WriteAsync(CancellationToken ending)
    {
        try
        {
            if (_isGibbon)
            {
                await connection.SendAsync(WebSocketOpcode.Binary, GibbonMark.Message, _parts.Times.LongestSilence, ending).ConfigureAwait(false);
            }

            while (await _waiting.Reader.WaitToReadAsync(ending).ConfigureAwait(false))
            {
                while (_waiting.Reader.TryRead(out bool isPush))
                {
                    string? problem = isPush ? null : await SendPongAsync(ending).ConfigureAwait(false);
                    if (problem is null && Interlocked.Exchange(ref _wantsPush, 0) == 1)
                    {
                        problem = await SendConfigurationAsync(ending).ConfigureAwait(false);
                    }

                    if (problem is not null)
                    {
                        return problem;
                    }
                }
            }

            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async ValueTask<string?> SendPongAsync(CancellationToken ending)
    {
        Result sent = await connection.SendAsync(WebSocketOpcode.Pong, default, _parts.Times.LongestSilence, ending).ConfigureAwait(false);
        if (!sent.IsOk)
        {
            return "failed to send pong frame to data plane: " + sent.Error;
        }

        Log(LogSeverity.Debug, "sent pong frame to data plane");
        return null;
    }

    private async ValueTask<string?> SendConfigurationAsync(CancellationToken ending)
    {
        if (await CurrentAsync(ending).ConfigureAwait(false) is not { } current)
        {
            return null;
        }

        Verdict verdict = controlPlane.Compatibility.OfConfiguration(current.Plugins, _plugins);
        if (verdict.Status != _status)
        {
            _status = verdict.Status;
            await ReportAsync().ConfigureAwait(false);
        }

        if (current.Hash == _sent)
        {
            return null;
        }

        bool areMixed = current.HasMixedRoutes && _parts.Settings.Router.Flavor == Settings.RouterFlavor.Expressions;
        if ((verdict.Problem ?? CompatibilityCheck.OfRoutes(areMixed, node.Version!)) is { } problem)
        {
            Log(LogSeverity.Warn, "unable to send updated configuration to data plane: " + problem);
            return null;
        }

        PushedConfiguration.Variant variant = current.For(node.Version!, _isGibbon);
        foreach (string note in variant.Notes)
        {
            Log(LogSeverity.Warn, note);
        }

        Result sent = await connection.SendAsync(WebSocketOpcode.Binary, variant.Text, _parts.Times.LongestSilence, ending).ConfigureAwait(false);
        if (!sent.IsOk)
        {
            return "unable to send updated configuration to data plane: " + sent.Error;
        }

        _sent = current.Hash;
        Log(LogSeverity.Debug, "sent config update to data plane");
        return null;
    }

    // The first report already says whether the data plane can have what it will be sent.
    private async ValueTask FindStatusAsync(CancellationToken ending)
    {
        if (await CurrentAsync(ending).ConfigureAwait(false) is { } current)
        {
            _status = controlPlane.Compatibility.OfConfiguration(current.Plugins, _plugins).Status;
        }
    }

    private async ValueTask<PushedConfiguration?> CurrentAsync(CancellationToken ending)
    {
        try
        {
            return await controlPlane.CurrentAsync(ending).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log(LogSeverity.Error, "unable to send initial configuration to data plane: " + failure.Message);
            return null;
        }
    }

    private Task ReportAsync() => controlPlane.Records.WriteAsync(new DataPlaneState
    {
        Node = node,
        LastSeen = _lastSeen,
        Hash = _hash,
        Status = _status,
        Labels = _labels,
        CertificateEnd = certificateEnd,
        Capabilities = controlPlane.Rpc?.CapabilitiesOf(node.Id) ?? [],
    });

    private void Log(LogSeverity severity, string message) => _parts.Log.Write(severity, $"[clustering] {message}{node}");

    private static string Printable(byte[] payload) =>
        string.Concat(Encoding.UTF8.GetString(payload.AsSpan(0, Math.Min(payload.Length, 64))).Select(static c => char.IsControl(c) ? '.' : c));
}
