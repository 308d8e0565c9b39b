using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using Gibbon.Clustering.Wire;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Clustering.Rpc;

/// <summary>
/// Calls both ways over one WebSocket after its introduction (<see cref="RpcHello"/>): JSON-RPC 2.0, each message a Snappy block. Many calls may be under way; those of the other
/// side are bounded, so whoever asks faster than he can be answered is read more slowly.
/// </summary>
internal sealed class RpcConnection(
    WebSocketConnection connection, FrozenDictionary<string, RpcMethod> methods, ClusterTimes times, TimeProvider time, Action<LogSeverity, string> log) : IDisposable
{
    /// <summary>The most that a message may have unpacked.</summary>
    private const int Longest = 1024 * 1024 * 1024;

    private const int MostAtOnce = 64;

    private readonly ConcurrentDictionary<long, TaskCompletionSource<Result<object?>>> _calls = new();
    private readonly SemaphoreSlim _answering = new(MostAtOnce, MostAtOnce);
    private long _next = -1;
    private long _lastHeard;
    private string? _ended;

    /// <summary>Serves the connection until it ends.</summary>
    /// <returns>Why it has; null when one side said goodbye.</returns>
    public async Task<string?> RunAsync(CancellationToken ending)
    {
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(ending);
        _lastHeard = time.GetTimestamp();
        Task keeping = KeepAliveAsync(done.Token);
        string? problem = await ReadAsync(done.Token).ConfigureAwait(false);
        await connection.CloseAsync(times.Handshake).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        await keeping.ConfigureAwait(false);
        Volatile.Write(ref _ended, problem ?? "the connection has ended");
        foreach (long id in _calls.Keys)
        {
            Settle(id, Result.Failure<object?>(_ended!));
        }

        // What still answers finds the connection closed; all places free means that nothing does.
        for (int place = 0; place < MostAtOnce; place++)
        {
            await _answering.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return problem;
    }

    /// <summary>Calls the other side.</summary>
    /// <returns>Its answer, or its error, or why there is none.</returns>
    public ValueTask<Result<object?>> CallAsync(string method, ValueMap argument, TimeSpan patience, CancellationToken cancellation)
    {
        long id = Interlocked.Increment(ref _next);
        byte[] text = ValueJson.Write(new ValueMap { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = new ValueList { argument }, ["id"] = id });
        return CallAsync(id, [Snappy.Compress(text)], patience, cancellation);
    }

    /// <summary>Calls the other side with something that others are called with too; not twice at a time.</summary>
    public ValueTask<Result<object?>> CallAsync(SharedCall call, TimeSpan patience, CancellationToken cancellation) => CallAsync(call.Id, call.Message, patience, cancellation);

    public void Dispose() => _answering.Dispose();

    private async ValueTask<Result<object?>> CallAsync(long id, ReadOnlyMemory<byte>[] message, TimeSpan patience, CancellationToken cancellation)
    {
        TaskCompletionSource<Result<object?>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = answer;
        if (Volatile.Read(ref _ended) is { } ended)
        {
            Settle(id, Result.Failure<object?>(ended));
        }
        else if (await connection.SendPiecesAsync(WebSocketOpcode.Binary, message, times.LongestSilence, cancellation).ConfigureAwait(false) is { IsOk: false } unsent)
        {
            Settle(id, Result.Failure<object?>(unsent.Error));
        }

        try
        {
            return await answer.Task.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Result.Failure<object?>("timeout");
        }
        finally
        {
            _calls.TryRemove(id, out _);
        }
    }

    private async Task<string?> ReadAsync(CancellationToken ending)
    {
        try
        {
            while (true)
            {
                Result<WebSocketMessage> received = await connection.ReceiveAsync(times.LongestSilence, ending).ConfigureAwait(false);
                if (!received.IsOk)
                {
                    return received.Error.EndsWith("timeout", StringComparison.Ordinal)
                        ? $"did not receive ping frame from other end within {times.PingInterval.TotalSeconds * 1.5} seconds"
                        : received.Error;
                }

                Volatile.Write(ref _lastHeard, time.GetTimestamp());
                switch (received.Value.Opcode)
                {
                    case WebSocketOpcode.Close:
                        return null;
                    case WebSocketOpcode.Ping:
                        await connection.SendAsync(WebSocketOpcode.Pong, ReadOnlyMemory<byte>.Empty, times.LongestSilence, ending).ConfigureAwait(false);
                        log(LogSeverity.Debug, "sent PONG frame to peer");
                        break;
                    case WebSocketOpcode.Pong:
                        log(LogSeverity.Debug, "got PONG frame");
                        break;
                    case WebSocketOpcode.Binary when await TakeAsync(received.Value.Payload, ending).ConfigureAwait(false) is { } problem:
                        return problem;
                    case WebSocketOpcode.Binary:
                        break;
                    default:
                        return $"invalid websocket frame: {received.Value.Opcode.ToString().ToLowerInvariant()}";
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
    }

    // Returns why what came ends the connection.
    private async ValueTask<string?> TakeAsync(byte[] payload, CancellationToken ending)
    {
        object? read = null;
        if (Gzip.Is(payload))
        {
            Gzip.TryReadJson(payload, out read);
        }
        else if (Snappy.TryDecompress(payload, Longest, out byte[]? text))
        {
            ValueJson.TryRead(text, out read, out _);
        }
        else
        {
            return "a message is not compressed as agreed";
        }

        if (read is not ValueMap message || message.GetString("jsonrpc") != "2.0")
        {
            return "a message is no JSON-RPC 2.0";
        }

        if (message.Get("method") is null)
        {
            Result<object?> answer = message.GetMap("error") is { } error
                ? Result.Failure<object?>(error.GetString("message") ?? "unknown error")
                : message.Get("result");
            if (message.Get("id") is long answered && !Settle(answered, answer))
            {
                log(LogSeverity.Warn, $"no interest for RPC response id: {answered}, dropping it");
            }

            return null;
        }

        if (message.GetString("method") is not { } method || message.Get("id") is not long id)
        {
            return "a call has no id";
        }

        if (!methods.TryGetValue(method, out RpcMethod? called))
        {
            await AnswerAsync(id, RpcAnswer.Failure("Method not found", RpcAnswer.MethodNotFound), ending).ConfigureAwait(false);
            return null;
        }

        await _answering.WaitAsync(ending).ConfigureAwait(false);
        ValueList arguments = message.GetList("params") ?? [];
        _ = Task.Run(() => ServeAsync(id, method, called, arguments, ending), CancellationToken.None);
        return null;
    }

    private async Task ServeAsync(long id, string method, RpcMethod called, ValueList arguments, CancellationToken ending)
    {
        try
        {
            if (await called(arguments, ending).ConfigureAwait(false) is { } answer)
            {
                await AnswerAsync(id, answer, ending).ConfigureAwait(false);
            }
            else
            {
                log(LogSeverity.Warn, $"a call of {method} cannot be understood");
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            await AnswerAsync(id, RpcAnswer.Failure(failure.Message), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _answering.Release();
        }
    }

    private async ValueTask AnswerAsync(long id, RpcAnswer answer, CancellationToken ending)
    {
        ReadOnlyMemory<byte>[] message;
        if (answer.Packed is { } packed)
        {
            message = packed.Within("{\"jsonrpc\":\"2.0\",\"result\":", $",\"id\":{id.ToString(CultureInfo.InvariantCulture)}}}");
        }
        else
        {
            ValueMap map = new() { ["jsonrpc"] = "2.0" };
            if (answer.Error is { } error)
            {
                if (answer.ErrorCode == RpcAnswer.ServerError)
                {
                    log(LogSeverity.Warn, "RPC callback failed: " + error);
                }

                map["error"] = new ValueMap { ["message"] = error, ["code"] = (long)answer.ErrorCode };
            }
            else
            {
                map["result"] = answer.Value;
            }

            map["id"] = id;
            message = [Snappy.Compress(ValueJson.Write(map))];
        }

        Result sent = await connection.SendPiecesAsync(WebSocketOpcode.Binary, message, times.LongestSilence, ending).ConfigureAwait(false);
        if (!sent.IsOk)
        {
            log(LogSeverity.Warn, "unable to send RPC call result: " + sent.Error);
        }
    }

    // Whoever has said nothing for as long is asked whether he is still there.
    private async Task KeepAliveAsync(CancellationToken ending)
    {
        try
        {
            while (true)
            {
                TimeSpan rest = times.PingInterval - time.GetElapsedTime(Volatile.Read(ref _lastHeard));
                if (rest <= TimeSpan.Zero)
                {
                    await connection.SendAsync(WebSocketOpcode.Ping, ReadOnlyMemory<byte>.Empty, times.LongestSilence, ending).ConfigureAwait(false);
                    log(LogSeverity.Debug, "sent PING frame to peer");
                    rest = times.Handshake;
                }

                await Task.Delay(rest, time, ending).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private bool Settle(long id, Result<object?> answer) =>
        _calls.TryRemove(id, out TaskCompletionSource<Result<object?>>? waiting) && waiting.TrySetResult(answer);
}
