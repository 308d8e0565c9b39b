using System.Net.Sockets;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Transports.Epoll;
using Gibbon.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Streams;

/// <summary>A connection that has just been accepted: reads what stands before the stream, the PROXY protocol's header and the TLS hello, and serves it.</summary>
internal sealed class StreamConnection(StreamListeners owner, ListenAddress listener, Socket socket)
    : Watched(Watchdog.Shared), IStreamClient, IThreadPoolWorkItem
{
    private const int FirstBytes = 4 * 1024;

    private readonly ReceiveBuffer _received = new(FirstBytes);
    private FeatureCollection? _features;
    private Transport? _transport;
    private TcpSession? _session;

    public void Execute() => _ = ServeAsync();

    public void Abort()
    {
        if (_session is { } session)
        {
            session.Abort();
        }
        else if (_transport is { } transport)
        {
            transport.Abort();
        }
        else
        {
            socket.Dispose();
        }
    }

    protected override void OnExpired() => _transport?.Abort();

    private async Task ServeAsync()
    {
        try
        {
            // TLS goes on with the framework's streams, which want a socket of their own kind.
            Transport transport = _transport = listener.Ssl ? new SocketTransport(socket) : EpollTransport.Of(socket);
            SetDeadline((int)owner.Options.PrereadTimeout.TotalMilliseconds);
            if (listener.ProxyProtocol && !await ReadProxyHeaderAsync(transport).ConfigureAwait(false))
            {
                return;
            }

            byte[]? hello = listener.Ssl ? await ReadHelloAsync(transport).ConfigureAwait(false) : null;
            ClearDeadline();
            _session = new TcpSession(owner.Options, listener, socket, transport, _received, hello, _features);
            await owner.Options.Serve(_session).ConfigureAwait(false);
            await _session.CloseAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The client has gone.
        }
        catch (Exception e)
        {
            owner.Options.Log.ConnectionFailed(e);
        }
        finally
        {
            ClearDeadline();
            if (_transport is { } transport)
            {
                await transport.CloseAsync().ConfigureAwait(false);
            }

            socket.Dispose();
            owner.Remove(this);
        }
    }

    private async ValueTask<bool> ReadProxyHeaderAsync(Transport transport)
    {
        while (true)
        {
            switch (ProxyProtocolParser.Parse(_received.Span, out ProxyProtocolHeader header, out int length))
            {
                case ProxyProtocolState.Complete:
                    _received.Consume(length);
                    _features = new FeatureCollection();
                    _features.Set(header);
                    return true;
                case ProxyProtocolState.Invalid:
                    owner.Options.Log.BrokenProxyHeader(transport.RemoteEndPoint, listener.Text);
                    return false;
            }

            if (!await ReceiveMoreAsync(transport).ConfigureAwait(false))
            {
                return false;
            }
        }
    }

    // Null for what is no TLS, or ends before its hello does: the session has no server name then.
    private async ValueTask<byte[]?> ReadHelloAsync(Transport transport)
    {
        HelloState state;
        while ((state = TlsRecords.Find(_received.Span, out _)) == HelloState.Incomplete)
        {
            if (!await ReceiveMoreAsync(transport).ConfigureAwait(false))
            {
                return null;
            }
        }

        if (state != HelloState.Complete)
        {
            return null;
        }

        TlsRecords.Find(_received.Span, out ReadOnlySpan<byte> message);
        return message.ToArray();
    }

    private async ValueTask<bool> ReceiveMoreAsync(Transport transport)
    {
        int count = await transport.ReceiveAsync(_received.Room(FirstBytes / 2)).ConfigureAwait(false);
        if (count <= 0)
        {
            return false;
        }

        _received.Fill(count);
        return true;
    }
}
