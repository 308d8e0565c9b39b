using System.Collections.Frozen;
using Gibbon.Clustering.Rpc;
using Gibbon.Clustering.Wire;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>
/// A connection to a control plane's <c>/v2/outlet</c>, or one on which a control plane of ours goes on with calls, for as long as it lasts. With <c>cluster_incremental_sync</c>, or of ours, it asks what has changed: at first, when it is told that something
/// has, and every half minute; the second question of each pair tells which version the answer to the first has led to. A control plane of ours says what has changed without being asked.
/// </summary>
internal sealed class SyncSession(DataPlaneParts parts, ConfigurationUpdates updates, WebSocketConnection connection, bool isIntroduced, Action<LogSeverity, string> log)
{
    private const string AskFailed = "sync get_delta error: ";

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Signal _wish = new(isRaised: true);

    /// <returns>Why it ended.</returns>
    public async Task<SyncEnd> RunAsync(CancellationToken ending)
    {
        bool syncs = isIntroduced || parts.Settings.Hybrid.IncrementalSync;
        if (!isIntroduced && await IntroduceAsync(syncs, ending).ConfigureAwait(false) is { } problem)
        {
            await connection.CloseAsync(parts.Times.Handshake).ConfigureAwait(false);
            return new SyncEnd(problem, IsHandshake: true);
        }

        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(ending);
        Dictionary<string, RpcMethod> methods = [];
        RpcConnection? rpc = null;
        if (syncs)
        {
            methods[SyncMethods.NotifyNewVersion] = (arguments, _) => new ValueTask<RpcAnswer?>(Hear(arguments));
            methods[SyncMethods.Take] = (arguments, cancellation) => TakeAsync(rpc!, arguments, cancellation);
        }

        using (rpc = new RpcConnection(connection, methods.ToFrozenDictionary(StringComparer.Ordinal), parts.Times, parts.Time, log))
        {
            Task asking = syncs ? AskAsync(rpc, done.Token) : Task.CompletedTask;
            string? why = await rpc.RunAsync(done.Token).ConfigureAwait(false);
            await done.CancelAsync().ConfigureAwait(false);
            await asking.ConfigureAwait(false);
            return new SyncEnd(why);
        }
    }

    private async ValueTask<string?> IntroduceAsync(bool syncs, CancellationToken ending)
    {
        RpcHello hello = new()
        {
            NodeId = parts.NodeId.ToString(),
            Hostname = parts.Hostname,
            Version = KongVersion.Current,
            Capabilities = syncs ? [RpcHello.Sync] : [],
            Gibbon = new ValueMap(GibbonMark.Member)
            {
                ["labels"] = parts.Settings.Hybrid.Labels.Count == 0 ? null
                    : new ValueMap(parts.Settings.Hybrid.Labels.Select(static label => KeyValuePair.Create(label.Key, (object?)label.Value))),
            },
        };
        Result sent = await connection.SendAsync(
            WebSocketOpcode.Binary, RpcHello.Question(hello, parts.Settings.Raw.Shown()), parts.Times.LongestSilence, ending).ConfigureAwait(false);
        if (!sent.IsOk)
        {
            return sent.Error;
        }

        Result<WebSocketMessage> answer = await connection.ReceiveAsync(parts.Times.LongestSilence, ending).ConfigureAwait(false);
        if (!answer.IsOk || answer.Value.Opcode != WebSocketOpcode.Binary)
        {
            return answer.Error ?? "wrong frame type: " + answer.Value.Opcode.ToString().ToLowerInvariant();
        }

        IReadOnlyList<string>? capabilities = RpcHello.ReadAnswer(answer.Value.Payload, out string? problem);
        if (syncs && capabilities?.Contains(RpcHello.Sync) is false)
        {
            log(LogSeverity.Error, "the control plane does not tell of changes: it needs cluster_incremental_sync = on");
        }

        return problem;
    }

    private RpcAnswer? Hear(ValueList arguments)
    {
        if (arguments.FirstOrDefault() is not ValueMap argument)
        {
            return null;
        }

        if (argument.GetMap("default") is not { } news)
        {
            return RpcAnswer.Failure("default namespace does not exist inside params");
        }

        if (news.Get("new_version") is not long version)
        {
            return RpcAnswer.Failure("'new_version' key does not exist");
        }

        if (updates.Version < version)
        {
            _wish.Raise();
        }

        return RpcAnswer.Yes;
    }

    private async ValueTask<RpcAnswer?> TakeAsync(RpcConnection rpc, ValueList arguments, CancellationToken ending)
    {
        if (SyncMessage.Read(arguments.FirstOrDefault()) is not { } message)
        {
            return null;
        }

        await _asking.WaitAsync(ending).ConfigureAwait(false);
        try
        {
            long version = updates.Version;
            string? problem = message.IsWhole ? updates.TakeWhole(message)
                : message.After <= version && version < message.Version ? updates.TakeChanges(message)
                : null;

            // What does not fit may, when everything is taken anew.
            problem = problem is null || message.IsWhole ? problem : await AskAsync(rpc, 0, ending).ConfigureAwait(false);
            return problem is null ? RpcAnswer.Of(updates.Hash) : RpcAnswer.Failure(problem);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task AskAsync(RpcConnection rpc, CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await _wish.WaitAsync(parts.Times.PingInterval, ending).ConfigureAwait(false);
                await _asking.WaitAsync(ending).ConfigureAwait(false);
                try
                {
                    for (int time = 0; time < 2; time++)
                    {
                        if (await AskAsync(rpc, updates.Version, ending).ConfigureAwait(false) is { } problem)
                        {
                            log(LogSeverity.Error, problem.StartsWith(AskFailed, StringComparison.Ordinal) ? problem : "unable to create worker mutex and sync: " + problem);
                            break;
                        }
                    }
                }
                finally
                {
                    _asking.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    // Returns why nothing has changed.
    private async ValueTask<string?> AskAsync(RpcConnection rpc, long version, CancellationToken ending)
    {
        ValueMap known = new() { ["version"] = version };
        if (version != 0 && SyncHash.HasDigest(updates.Hash))
        {
            known["hash"] = updates.Hash;
        }

        ValueMap argument = new() { ["default"] = known };
        Result<object?> answer = await rpc.CallAsync(SyncMethods.GetDelta, argument, parts.Times.LongestSilence, ending).ConfigureAwait(false);
        if (!answer.IsOk)
        {
            return AskFailed + answer.Error;
        }

        if (SyncMessage.Read(answer.Value) is not { } message)
        {
            return "default namespace does not exist inside params";
        }

        if (message.Deltas.Count == 0)
        {
            return null;
        }

        if (message.IsWhole)
        {
            return updates.TakeWhole(message);
        }

        return updates.TakeChanges(message) is not { } problem ? null
            : version == 0 ? problem
            : await AskAsync(rpc, 0, ending).ConfigureAwait(false);
    }
}

/// <summary>How a <see cref="SyncSession"/> ended.</summary>
/// <param name="Problem">Why; null when the other side said goodbye.</param>
/// <param name="IsHandshake">Whether the two did not even get to know each other.</param>
internal readonly record struct SyncEnd(string? Problem, bool IsHandshake = false);
