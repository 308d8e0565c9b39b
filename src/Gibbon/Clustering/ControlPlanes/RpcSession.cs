using System.Collections.Frozen;
using Gibbon.Clustering.Compatibility;
using Gibbon.Clustering.Rpc;
using Gibbon.Clustering.Wire;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage.Deltas;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>
/// A data plane that calls and is called: on <c>/v2/outlet</c>, or one of ours that is known already. One of Kong's is told that there is a new version and asks what has changed; one of ours is told what has changed. Nobody is told more
/// than one thing at a time, so one that is slow gets what is newest when it is done.
/// </summary>
internal sealed class RpcSession(RpcControlPlane owner, WebSocketConnection connection, string ip, DateTimeOffset? certificateEnd, KnownDataPlane? known)
{
    private const long Unknown = -1;

    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(5);

    private readonly Signal _news = new();
    private readonly ControlPlaneParts _parts = owner.Parts;
    private RpcHello _hello = new() { NodeId = "", Version = "", Hostname = "" };
    private RpcConnection? _rpc;
    private long _version = Unknown;
    private string? _obstacle;
    private RpcControlPlane.Configured? _judged;
    private string _hash = SyncHash.Of(0);
    private SyncStatus _status = SyncStatus.Normal;

    /// <summary>The id of the data plane, when it is one.</summary>
    public Guid? Id => Guid.TryParse(Node.Id, out Guid id) ? id : null;

    /// <summary>What the data plane says that it can do.</summary>
    public IReadOnlyList<string> Capabilities => known is null ? _hello.Capabilities ?? [] : [SyncMethods.OfOurs];

    private bool IsGibbon => known is not null || _hello.Gibbon is not null;

    private bool CanSync => known is not null || (owner.TellsKong && _hello.Capabilities?.Contains(RpcHello.Sync) is true);

    private DataPlaneNode Node => known?.Node ?? new(_hello.NodeId, _hello.Hostname, ip, _hello.Version);

    public async Task RunAsync(CancellationToken ending)
    {
        if (known is null && !await IntroduceAsync(ending).ConfigureAwait(false))
        {
            return;
        }

        Dictionary<string, RpcMethod> methods = [];
        if (owner.Source is { } source && (known is not null || owner.TellsKong))
        {
            methods[SyncMethods.GetDelta] = (arguments, cancellation) => AnswerAsync(source, arguments, cancellation);
        }

        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(ending);
        using RpcConnection rpc = new(connection, methods.ToFrozenDictionary(StringComparer.Ordinal), _parts.Times, _parts.Time, Log);
        _rpc = rpc;
        owner.Enlist(this);
        Task following = FollowAsync(rpc, done.Token);
        string? problem;
        try
        {
            problem = await rpc.RunAsync(done.Token).ConfigureAwait(false);
        }
        finally
        {
            owner.Strike(this);
            await done.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(false);
        }

        if (problem is not null && !ending.IsCancellationRequested)
        {
            bool isKnownAndClosed = known is not null && problem.EndsWith("closed", StringComparison.Ordinal);
            _parts.Log.Write(isKnownAndClosed ? LogSeverity.Info : LogSeverity.Error, $"[rpc] RPC connection broken: {problem} node_id: {Node.Id}");
        }
    }

    /// <summary>Lets the data plane be told that there is something new; of several at once the last only.</summary>
    public void Tell() => _news.Raise();

    /// <summary>Calls the data plane, for another control plane.</summary>
    public ValueTask<Result<object?>> CallAsync(string method, ValueMap argument, CancellationToken cancellation) =>
        _rpc!.CallAsync(method, argument, CallPatience, cancellation);

    private async ValueTask<bool> IntroduceAsync(CancellationToken ending)
    {
        Result<WebSocketMessage> first = await connection.ReceiveAsync(_parts.Times.FirstMessage, ending).ConfigureAwait(false);
        string? problem = !first.IsOk ? first.Error : first.Value.Opcode != WebSocketOpcode.Binary ? "wrong frame type" : null;
        if (problem is null && RpcHello.ReadQuestion(first.Value.Payload, out problem) is { } hello)
        {
            _hello = hello;
            Result sent = await connection.SendAsync(
                WebSocketOpcode.Binary, RpcHello.Answer(owner.Capabilities), _parts.Times.LongestSilence, ending).ConfigureAwait(false);
            problem = !sent.IsOk ? sent.Error : hello.Capabilities is null ? "it does not say what it can do" : null;
        }

        if (problem is not null)
        {
            _parts.Log.Write(LogSeverity.Error, "[rpc] unable to handshake with client: " + problem, "client: " + ip);
        }

        return problem is null;
    }

    private async ValueTask<RpcAnswer?> AnswerAsync(SyncSource source, ValueList arguments, CancellationToken cancellation)
    {
        if (arguments.FirstOrDefault() is not ValueMap argument)
        {
            return null;
        }

        _parts.Log.Write(LogSeverity.Debug, "[kong.sync.v2] config push (connected client)");
        if (argument.GetMap("default") is not { } wanted)
        {
            return RpcAnswer.Failure("default namespace does not exist inside params");
        }

        if (wanted.Get("version") is not long version || version < 0)
        {
            return null;
        }

        // A version of the same number may be another one.
        string? hash = wanted.GetString("hash");
        bool isOurs = hash is null || version == 0 || hash == await source.HashAsync(version).WaitAsync(cancellation).ConfigureAwait(false);
        Interlocked.Exchange(ref _version, isOurs ? version : 0);
        bool mayHave = MayHave();
        Report(hash ?? SyncHash.Of(version));
        if (!mayHave)
        {
            return RpcAnswer.Failure(_obstacle!);
        }

        SyncAnswer lacking = await source.SinceAsync(isOurs ? version : 0, IsGibbon, cancellation).ConfigureAwait(false);
        if (lacking.IsWhole)
        {
            bool isFar = version == 0 || lacking.Version - version > SqlDeltaWriter.Kept;
            _parts.Log.Write(LogSeverity.Info, isFar
                ? $"[kong.sync.v2] database is empty or too far behind for node_id: {Node.Id}, current_version: {version}, forcing a full sync"
                : $"[kong.sync.v2] delta for node_id no longer available: {Node.Id}, current_version: {version}, forcing a full sync");
        }

        return RpcAnswer.Of(lacking.Result);
    }

    private async Task FollowAsync(RpcConnection rpc, CancellationToken ending)
    {
        try
        {
            while (owner.Source is { } source && CanSync)
            {
                await _news.WaitAsync(ending).ConfigureAwait(false);
                try
                {
                    if (IsGibbon)
                    {
                        await BringAsync(rpc, source, ending).ConfigureAwait(false);
                    }
                    else
                    {
                        await NotifyAsync(rpc, source, ending).ConfigureAwait(false);
                    }
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    Log(LogSeverity.Error, "unable to tell of the new version: " + failure.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private async ValueTask NotifyAsync(RpcConnection rpc, SyncSource source, CancellationToken ending)
    {
        ValueMap news = new() { ["default"] = new ValueMap { ["new_version"] = source.Latest } };
        Result<object?> told = await rpc.CallAsync(SyncMethods.NotifyNewVersion, news, CallPatience, ending).ConfigureAwait(false);
        if (!told.IsOk)
        {
            Log(LogSeverity.Error, $"unable to notify {Node.Id} new version: {told.Error}");
        }
    }

    // Until it has asked for the first time, nobody knows what it lacks.
    private async ValueTask BringAsync(RpcConnection rpc, SyncSource source, CancellationToken ending)
    {
        long version = Interlocked.Read(ref _version);
        if (version == Unknown || version >= source.Latest)
        {
            return;
        }

        if (!MayHave())
        {
            Report(_hash);
            return;
        }

        SyncAnswer lacking = await source.SinceAsync(version, isGibbon: true, ending).ConfigureAwait(false);
        Result<object?> taken = await rpc.CallAsync(lacking.Result.AsCall(SyncMethods.Take), _parts.Times.LongestSilence, ending).ConfigureAwait(false);
        if (!taken.IsOk)
        {
            Log(LogSeverity.Error, $"data plane refused version {lacking.Version}: {taken.Error}");
        }
        else if (taken.Value is string hash)
        {
            long now = SyncHash.Version(hash);
            Interlocked.Exchange(ref _version, now);
            Report(hash);
            if (_parts.Log.IsEnabled(LogSeverity.Debug))
            {
                Log(LogSeverity.Debug, $"data plane took {(lacking.IsWhole ? "everything" : $"{lacking.Count} changes")} and has version {now}");
            }

            if (now < source.Latest)
            {
                Tell();
            }
        }
    }

    // Whether a data plane of ours can run what is configured; the log says why not when that changes.
    private bool MayHave()
    {
        if (known is null)
        {
            return true;
        }

        RpcControlPlane.Configured configured = owner.PluginsConfigured();
        if (configured == _judged)
        {
            return _obstacle is null;
        }

        Verdict verdict = owner.Judge(known, configured);
        (_status, _judged) = (verdict.Status, configured);
        if (verdict.Problem is { } problem && problem != _obstacle)
        {
            Log(LogSeverity.Warn, "unable to send updated configuration to data plane: " + problem);
        }

        return (_obstacle = verdict.Problem) is null;
    }

    private void Report(string hash)
    {
        _hash = hash;
        _ = owner.Records.WriteAsync(new DataPlaneState
        {
            // Kong's control planes show the id of such a data plane for its name, and neither labels nor certificate; of ours they are known.
            Node = IsGibbon ? Node : Node with { Hostname = _hello.NodeId },
            LastSeen = _parts.Time.GetUtcNow(),
            Hash = hash,
            Status = _status,
            Labels = known is null ? _hello.Gibbon?.GetMap("labels") : known.Labels,
            CertificateEnd = IsGibbon ? certificateEnd : null,
            Capabilities = Capabilities,
        });
    }

    private void Log(LogSeverity severity, string message) => _parts.Log.Write(severity, $"[rpc] {message}{Node}");
}
