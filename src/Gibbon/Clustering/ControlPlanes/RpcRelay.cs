using Gibbon.Clustering.Rpc;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Events;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>
/// Control planes on one PostgreSQL database, Kong's among them, call each other's data planes: this one asks the others to tell theirs of new versions, and tells its own when asked.
/// </summary>
internal sealed class RpcRelay(PostgresServer server, Func<Guid, IEnumerable<RpcSession>> find, Action changed, ControlPlaneParts parts) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly RpcRequestTable _requests = new(server);
    private readonly CancellationTokenSource _ending = new();
    private readonly Signal _news = new();
    private readonly Guid _self = Guid.NewGuid();
    private Task[] _working = [];
    private Guid[] _here = [];
    private long _latest;
    private long _next;

    public void Start() => _working = [Task.Run(FollowAsync), Task.Run(AskAsync)];

    public void Want(Guid node) => _requests.Want(node);

    public void Unwant(Guid node) => _requests.Unwant(node);

    /// <summary>There is a new version, which all data planes but these are to be told of by others.</summary>
    public void Tell(long latest, Guid[] here)
    {
        Volatile.Write(ref _here, here);
        Volatile.Write(ref _latest, latest);
        _news.Raise();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_working).ConfigureAwait(false);
    }

    private async Task AskAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await _news.WaitAsync(_ending.Token).ConfigureAwait(false);
                ValueMap argument = new() { ["default"] = new ValueMap { ["new_version"] = Volatile.Read(ref _latest) } };
                ValueMap call = new()
                {
                    ["jsonrpc"] = "2.0", ["method"] = SyncMethods.NotifyNewVersion, ["params"] = new ValueList { argument }, ["id"] = _next++,
                };
                await _requests.AskAsync(RpcHello.Sync, Volatile.Read(ref _here), _self, call).ConfigureAwait(false);
                await Task.Delay(Pause, parts.Time, _ending.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                await ComplainAsync(failure).ConfigureAwait(false);
            }
        }
    }

    private async Task FollowAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await _requests.FollowAsync(TakeAsync, _ending.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                await ComplainAsync(failure).ConfigureAwait(false);
            }
        }
    }

    private Task TakeAsync(RpcRequest request)
    {
        // What is waited for must not keep the next call from being heard.
        _ = ServeAsync(request);
        return Task.CompletedTask;
    }

    private async Task ServeAsync(RpcRequest request)
    {
        try
        {
            string? method = request.Payload.GetString("method");
            Result<object?> result = Result.Failure<object?>("node is not connected, node_id: " + request.Node);
            if (method == SyncMethods.NotifyNewVersion)
            {
                // Whoever asks has written something: from here it goes as if it had been written here.
                changed();
                result = (object?)true;
            }
            else if (method is not null && find(request.Node).FirstOrDefault() is { } session)
            {
                string capability = method[..Math.Max(0, method.LastIndexOf('.'))];
                ValueMap argument = request.Payload.GetList("params")?.FirstOrDefault() as ValueMap ?? [];
                result = session.Capabilities.Contains(capability)
                    ? await session.CallAsync(method, argument, _ending.Token).ConfigureAwait(false)
                    : Result.Failure<object?>($"requested capability does not exist, capability: {capability}, node_id: {request.Node}");
            }

            await _requests.ReplyAsync(request.ReplyTo, Answer(request, result)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            await ComplainAsync(failure).ConfigureAwait(false);
        }
    }

    private static ValueMap Answer(RpcRequest request, Result<object?> result)
    {
        ValueMap answer = new() { ["jsonrpc"] = "2.0", ["id"] = request.Payload.Get("id") };
        if (result.IsOk)
        {
            answer["result"] = result.Value;
        }
        else
        {
            answer["error"] = new ValueMap { ["code"] = (long)RpcAnswer.ServerError, ["message"] = result.Error };
        }

        return answer;
    }

    private async Task ComplainAsync(Exception failure)
    {
        if (!_ending.IsCancellationRequested)
        {
            parts.Log.Write(LogSeverity.Error, "[rpc] concentrator event loop error: " + failure.Message);
            await Task.Delay(parts.Times.Handshake, parts.Time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
