using Gibbon.Clustering.Rpc;
using Gibbon.Clustering.Wire;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>
/// A data plane's end of the cluster: connects to the control plane, again and again if need be, tells which configuration it has, and takes the one it is sent.
/// Requests never wait for any of this.
/// </summary>
internal sealed class DataPlane : IAsyncDisposable
{
    // As its id is not known here.
    private const string Peer = "control_plane";

    private readonly DataPlaneParts _parts;
    private readonly ClusterCertificate _certificate;
    private readonly Connector _connector;
    private readonly ConfigurationUpdates _updates;
    private readonly CancellationTokenSource _ending = new();
    private Task[] _running = [];

    public DataPlane(DataPlaneParts parts)
    {
        _parts = parts;
        _certificate = ClusterCertificate.Load(parts.Settings.Hybrid);
        _connector = new Connector(parts, _certificate);
        PrefixLayout prefix = new(parts.Settings.Node.Prefix);
        SavedConfiguration saved = new(prefix.SavedConfiguration, prefix.SavedChanges, parts.Log);
        _updates = new ConfigurationUpdates(parts.Configuration, saved, parts.Log);
    }

    /// <summary>Begins with the configuration of the last time; false when there is none.</summary>
    public bool Restore() => _updates.Restore();

    public void Start()
    {
        ClusterCertificate.NoteExpiry(_certificate.Own.Leaf, "the certificate of the cluster", _parts.Time.GetUtcNow(), _parts.Times, _parts.Log);
        HybridSettings settings = _parts.Settings.Hybrid;
        List<Func<TimeSpan, Task>> ways = [];
        if (settings.Rpc)
        {
            ways.Add(CallAsync);
        }

        // Who is told of changes does not need to be told everything.
        if (!settings.IncrementalSync)
        {
            ways.Add(CommunicateAsync);
        }

        _running = [.. ways.Select(way => Task.Run(() => RunAsync(way)))];
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(false);
    }

    private async Task RunAsync(Func<TimeSpan, Task> communicate)
    {
        while (!_ending.IsCancellationRequested)
        {
            TimeSpan pause = _parts.Times.NextReconnect();
            try
            {
                await communicate(pause).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Log(LogSeverity.Error, failure.ToString());
            }

            await Task.Delay(pause, _parts.Time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CommunicateAsync(TimeSpan pause)
    {
        string target = $"/v1/outlet?node_id={_parts.NodeId}&node_hostname={_parts.Hostname}&node_version={KongVersion.Current}";
        Result<WebSocketConnection> connected = await _connector.ConnectAsync(target, null, _ending.Token).ConfigureAwait(false);
        if (!connected.IsOk)
        {
            Log(LogSeverity.Warn,
                $"connection to control plane {_connector.Uri(target)} broken: {connected.Error} (retrying after {pause.TotalSeconds} seconds)");
            return;
        }

        WebSocketConnection connection = connected.Value;
        await using (connection.ConfigureAwait(false))
        {
            byte[] introduction = ValueJson.Write(BasicInfo.Of(_parts.Settings, _parts.Plugins));
            Result sent = await connection.SendAsync(WebSocketOpcode.Binary, introduction, _parts.Times.LongestSilence, _ending.Token).ConfigureAwait(false);
            if (!sent.IsOk)
            {
                Log(LogSeverity.Error, $"unable to send basic information to control plane: {_connector.Uri(target)} err: {sent.Error} "
                    + $"(retrying after {pause.TotalSeconds} seconds)");
                return;
            }

            if (await new ControlPlaneSession(_parts, _updates, connection, Log).RunAsync(_ending.Token).ConfigureAwait(false))
            {
                Log(LogSeverity.Info, "the control plane is a Gibbon: it tells what changes");
                await SyncAsync(connection, isIntroduced: true, pause).ConfigureAwait(false);
            }
        }
    }

    private async Task CallAsync(TimeSpan pause)
    {
        const string Target = "/v2/outlet";
        Result<WebSocketConnection> connected = await _connector.ConnectAsync(Target, RpcHello.Protocol, _ending.Token).ConfigureAwait(false);
        if (!connected.IsOk)
        {
            LogCalls(LogSeverity.Error, "unable to connect to peer: " + connected.Error);
            return;
        }

        WebSocketConnection connection = connected.Value;
        await using (connection.ConfigureAwait(false))
        {
            await SyncAsync(connection, isIntroduced: false, pause).ConfigureAwait(false);
        }
    }

    private async Task SyncAsync(WebSocketConnection connection, bool isIntroduced, TimeSpan pause)
    {
        SyncEnd end = await new SyncSession(_parts, _updates, connection, isIntroduced, LogCalls).RunAsync(_ending.Token).ConfigureAwait(false);
        if (end.Problem is { } problem && !_ending.IsCancellationRequested)
        {
            LogCalls(LogSeverity.Error, end.IsHandshake ? $"unable to handshake with server, node_id: {Peer} err: {problem}"
                : $"connection to node_id: {Peer} broken, err: {problem}, reconnecting in {pause.TotalSeconds} seconds");
        }
    }

    private void LogCalls(LogSeverity severity, string message) => _parts.Log.Write(severity, $"[rpc] {message}");

    private void Log(LogSeverity severity, string message) => _parts.Log.Write(severity, $"[clustering] {message} [{_parts.Settings.Hybrid.ControlPlane}]");
}
