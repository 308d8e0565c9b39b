using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace Gibbon.Testing;

/// <summary>
/// A real HTTP/1.1 server on loopback for tests: it records what it received, byte for byte, and answers as it is told.
/// Listens on a port that the operating system chose. Without an answer of the test's own it tells the request back as JSON
/// (<see cref="UpstreamAnswer.Echo"/>).
/// </summary>
/// <remarks>Sockets, not a web framework: a gateway's tests must see header case and order, and must be able to answer wrongly.</remarks>
public sealed class FakeUpstream : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly Channel<ReceivedRequest> _arrivals = Channel.CreateUnbounded<ReceivedRequest>();
    private readonly ConcurrentDictionary<int, Task> _connections = new();
    private readonly Task _accepting;
    private int _accepted;
    private int _disposed;
    private volatile Func<ReceivedRequest, UpstreamAnswer> _answer;

    private FakeUpstream(Func<ReceivedRequest, UpstreamAnswer> answer, X509Certificate2? certificate)
    {
        _answer = answer;
        _certificate = certificate;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Starts listening on 127.0.0.1.</summary>
    /// <param name="answer">The answer to each request; null: the request told back as JSON. Called from several threads at once.</param>
    /// <param name="certificate">With a certificate (and its private key) the upstream speaks TLS.</param>
    public static FakeUpstream Start(Func<ReceivedRequest, UpstreamAnswer>? answer = null, X509Certificate2? certificate = null) =>
        new(answer ?? UpstreamAnswer.Echo, certificate);

    /// <summary>Starts an upstream that gives the same answer to every request.</summary>
    /// <param name="answer">The answer.</param>
    public static FakeUpstream Start(UpstreamAnswer answer) => new(_ => answer, certificate: null);

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The address as the <c>url</c> of a service wants it: <c>http://127.0.0.1:port</c>, or <c>https</c> with a certificate.</summary>
    public string Url => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    /// <summary>The answer to each request; may be replaced while requests arrive.</summary>
    public Func<ReceivedRequest, UpstreamAnswer> Answer
    {
        get => _answer;
        set => _answer = value;
    }

    /// <summary>The requests received so far, in the order in which their last byte arrived.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>How many connections were accepted so far; tells whether the gateway kept connections alive.</summary>
    public int Connections => Volatile.Read(ref _accepted);

    /// <summary>Waits for a request that no earlier call has returned.</summary>
    /// <param name="timeout">How long to wait; null: ten seconds.</param>
    /// <exception cref="TimeoutException">No request arrived in time.</exception>
    public async Task<ReceivedRequest> NextRequestAsync(TimeSpan? timeout = null) =>
        await _arrivals.Reader.ReadAsync().AsTask().WaitAsync(timeout ?? TimeSpan.FromSeconds(10));

    /// <summary>Stops listening and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                var number = Interlocked.Increment(ref _accepted);
                _connections[number] = ServeAsync(socket, number);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The listener was closed: the upstream is being disposed.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        await Task.Yield();
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            }

            await AnswerRequestsAsync(stream, number, stream is SslStream { TargetHostName: { Length: > 0 } name } ? name : null);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or InvalidDataException
            or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // A peer that went away, or a test that ended: nothing for a test to hear about here.
        }
        finally
        {
            await stream.DisposeAsync();
            _connections.TryRemove(number, out _);
        }
    }

    private async Task AnswerRequestsAsync(Stream stream, int connection, string? serverName)
    {
        var reader = new ReceivedRequestReader(stream);
        while (await reader.ReadAsync(connection, serverName, _stop.Token) is { } request)
        {
            _requests.Enqueue(request);
            _arrivals.Writer.TryWrite(request);
            var keep = await _answer(request).SendAsync(stream, request, _stop.Token);
            if (!keep)
                return;
        }
    }
}
