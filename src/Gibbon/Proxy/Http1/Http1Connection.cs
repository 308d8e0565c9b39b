using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Http1;

/// <summary>
/// One client's connection: reads a head, has the exchange handled, reads the next. While an exchange without unread body is under way the
/// receive for the next request is already pending, so that the client's departure is noticed.
/// </summary>
internal sealed class Http1Connection : Watched
{
    private const int SmallBuffer = 4096;

    // After an over-long head, whose end nobody can tell, in milliseconds.
    private const int ShortSilence = 500;

    private static long s_lastId;

    private readonly Transport _transport;
    private readonly Http1Settings _settings;
    private readonly IExchangeHandler _handler;
    private readonly RequestHeadParser _parser;
    private readonly PendingReceive _pending;
    private readonly Http1Exchange _exchange;
    private readonly RequestRejection _imposed;
    private Waiting _waiting;
    private SendWatch? _sendWatch;
    private bool _lingering;
    private volatile bool _draining;

    /// <param name="transport">The connection.</param>
    /// <param name="settings">Limits and timeouts.</param>
    /// <param name="handler">Who answers.</param>
    /// <param name="imposed">Refuses every request for a reason that lies in the connection, such as HTTP in clear on a TLS port.</param>
    public Http1Connection(
        Transport transport,
        Http1Settings settings,
        IExchangeHandler handler,
        RequestRejection imposed = RequestRejection.None)
        : base(Watchdog.Shared)
    {
        _imposed = imposed;
        _transport = transport;
        _settings = settings;
        _handler = handler;
        _parser = new RequestHeadParser(settings);
        _exchange = new Http1Exchange(this);
        _pending = new PendingReceive(_exchange.OnReceived);
    }

    private enum Waiting : byte
    {
        Nothing,
        ForRequest,
        ForHead,
        ForBody,
        ToClose,
    }

    public long Id { get; } = NextId();

    public int Requests { get; private set; }

    public Transport Transport => _transport;

    public Http1Settings Settings => _settings;

    public ReceiveBuffer Input { get; } = new(SmallBuffer);

    /// <summary>True when the last wait ended because it took too long.</summary>
    public bool TimedOut { get; private set; }

    /// <summary>True when no further request will be read from this connection.</summary>
    public bool IsLast => _draining || (_settings.KeepAliveRequests > 0 && Requests >= _settings.KeepAliveRequests);

    public bool OwesContinue => _exchange.OwesContinue;

    public ValueTask<bool> SendContinueAsync() => _exchange.SendContinueAsync();

    /// <summary>A number that no other connection of the process has, whatever its protocol.</summary>
    public static long NextId() => Interlocked.Increment(ref s_lastId);

    /// <summary>Serves the connection until it ends. Does not throw, except for what the handler threw.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await ReadHeadAsync().ConfigureAwait(false))
            {
                await _handler.HandleAsync(_exchange).ConfigureAwait(false);
                if (!await FinishExchangeAsync().ConfigureAwait(false)) break;
            }
        }
        finally
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets the exchange under way finish, then closes; an idle connection closes now. Callable from any thread.</summary>
    public void Drain()
    {
        _draining = true;
        if (_waiting == Waiting.ForRequest) _transport.CancelReceive();
    }

    /// <summary>Receives part of a body; at most <c>client_body_timeout</c>.</summary>
    public ValueTask<int> ReceiveBodyAsync(int room)
    {
        SetWait(Waiting.ForBody, _lingering ? _settings.LingeringTimeout : _settings.ClientBodyTimeout);
        var receive = ReceiveAsync(room);
        if (!receive.IsCompletedSuccessfully) return WaitAsync(this, receive);

        EndWait();
        return receive;

        [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
        static async ValueTask<int> WaitAsync(Http1Connection connection, ValueTask<int> receive)
        {
            var count = await receive.ConfigureAwait(false);
            connection.EndWait();
            return count;
        }
    }

    /// <summary>Receives behind the unused input; the count as <see cref="Transport.ReceiveAsync"/> tells it.</summary>
    public ValueTask<int> ReceiveAsync(int room)
    {
        var receive = _pending.IsActive ? _pending.TakeAsync() : _transport.ReceiveAsync(Input.Room(room));
        if (!receive.IsCompletedSuccessfully) return WaitAsync(this, receive);

        var count = receive.Result;
        if (count > 0) Input.Fill(count);
        return new(count);

        [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
        static async ValueTask<int> WaitAsync(Http1Connection connection, ValueTask<int> receive)
        {
            var count = await receive.ConfigureAwait(false);
            if (count > 0) connection.Input.Fill(count);
            return count;
        }
    }

    /// <summary>Sends, at most <c>send_timeout</c> for each operation.</summary>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second = default)
    {
        var send = second.IsEmpty ? _transport.SendAsync(first) : _transport.SendAsync(first, second);
        return send.IsCompletedSuccessfully ? send : WaitAsync(this, send);

        [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
        static async ValueTask<bool> WaitAsync(Http1Connection connection, ValueTask<bool> send)
        {
            var watch = connection._sendWatch ??= new SendWatch(connection);
            watch.Start();
            var sent = await send.ConfigureAwait(false);
            watch.Stop();
            return sent;
        }
    }

    /// <summary>
    /// Begins to receive what comes behind the request, now that its body is complete. <paramref name="held"/> bytes of the input are still
    /// in use and stay where they are.
    /// </summary>
    public void WatchClient(int held)
    {
        if (_pending.IsActive || Input.Length > held) return;

        var room = held == 0 ? Input.Room(SmallBuffer / 2) : Input.Tail;
        if (room.Length >= 256) _pending.Start(_transport, room);
    }

    protected override void OnExpired()
    {
        TimedOut = true;
        _transport.CancelReceive();
    }

    private void SetWait(Waiting what, int milliseconds)
    {
        _waiting = what;
        TimedOut = false;
        SetDeadline(milliseconds);
    }

    private void EndWait()
    {
        _waiting = Waiting.Nothing;
        ClearDeadline();
    }

    // False: the connection ends without another exchange.
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private async ValueTask<bool> ReadHeadAsync()
    {
        var request = _exchange.Request;
        _parser.Reset();
        SetWait(Waiting.ForRequest, Requests == 0 ? _settings.ClientHeaderTimeout : _settings.KeepAliveTimeout);
        if (_draining && Input.IsEmpty) return false;

        long started = 0;
        var rejection = RequestRejection.None;
        while (true)
        {
            if (!Input.IsEmpty)
            {
                if (started == 0)
                {
                    started = Stopwatch.GetTimestamp();
                    SetWait(Waiting.ForHead, _settings.ClientHeaderTimeout);
                }

                var outcome = _parser.Parse(Input.Span, request);
                if (outcome == HeadOutcome.Rejected) rejection = _parser.Rejection;
                if (outcome != HeadOutcome.Incomplete) break;
            }

            if (await ReceiveAsync(1).ConfigureAwait(false) > 0) continue;
            if (started == 0) return false;

            rejection = TimedOut ? RequestRejection.HeaderTimeout : RequestRejection.IncompleteHead;
            break;
        }

        if (rejection == RequestRejection.None) rejection = _imposed;
        EndWait();
        Input.Consume(_parser.Consumed);
        Requests++;
        _exchange.Begin(rejection, started);
        if (_exchange.RequestBody.IsComplete && rejection == RequestRejection.None) WatchClient(0);
        return true;
    }

    // True: the connection can carry another request.
    private async ValueTask<bool> FinishExchangeAsync()
    {
        var reusable = await _exchange.FinishAsync().ConfigureAwait(false);
        if (!await _exchange.ReaderGoneAsync(_settings.LingeringTimeout).ConfigureAwait(false)) return false;

        if (_exchange.ClientMaySendMore)
        {
            if (_exchange.Rejection != RequestRejection.None || !await DrainBodyAsync().ConfigureAwait(false))
            {
                reusable = false;
                await LingerAsync().ConfigureAwait(false);
            }
        }
        else if (!_exchange.RequestBody.IsComplete)
        {
            reusable = false;
        }

        _exchange.Reset();
        if (!_pending.IsActive) Input.Shrink();
        return reusable;
    }

    // The client was told that the connection goes on, so it does, however long the body is; only the time is bounded.
    private async ValueTask<bool> DrainBodyAsync()
    {
        _lingering = true;
        var drained = await _exchange.RequestBody.DrainAsync(_settings.LingeringTime).ConfigureAwait(false);
        _lingering = false;
        return drained;
    }

    // Reads and drops what the client still sends: to close at once could destroy the answer on its way.
    private async ValueTask LingerAsync()
    {
        _transport.ShutdownSend();
        var silence = _exchange.Rejection is RequestRejection.None or RequestRejection.BodyTooLarge ? _settings.LingeringTimeout : ShortSilence;
        var end = Watchdog.Now + _settings.LingeringTime;
        while (Watchdog.Now < end && _exchange.ClientMaySendMore)
        {
            _exchange.DropInput();
            SetWait(Waiting.ToClose, silence);
            var count = await ReceiveAsync(SmallBuffer).ConfigureAwait(false);
            EndWait();
            if (count <= 0) return;
        }
    }

    private async ValueTask CloseAsync()
    {
        EndWait();
        if (_pending.IsActive)
        {
            // A socket that is closed while it waits for bytes resets its connection: the end of the answer could be lost with it.
            _transport.CancelReceive();
            await _pending.TakeAsync().ConfigureAwait(false);
        }

        await _transport.CloseAsync().ConfigureAwait(false);
        _exchange.Release();
        if (!_pending.IsActive || _pending.IsCompleted) Input.Release();
    }

    // Sending has a deadline of its own, because a body may be received at the same time.
    private sealed class SendWatch(Http1Connection connection) : Watched(Watchdog.Shared)
    {
        public void Start() => SetDeadline(connection._settings.SendTimeout);

        public void Stop() => ClearDeadline();

        protected override void OnExpired() => connection._transport.Abort();
    }
}
