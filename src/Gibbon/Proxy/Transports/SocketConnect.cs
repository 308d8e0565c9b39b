using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Gibbon.Proxy.Transports;

/// <summary>Connects a socket; the outcome is a value.</summary>
internal sealed class SocketConnect() : SocketAsyncEventArgs(true), IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> _source;

    public ValueTask<SocketError> StartAsync(Socket socket, EndPoint endPoint)
    {
        try
        {
            RemoteEndPoint = endPoint;
            return socket.ConnectAsync(this) ? new(this, _source.Version) : new(SocketError);
        }
        catch (ObjectDisposedException)
        {
            return new(SocketError.OperationAborted);
        }
        catch (SocketException error)
        {
            return new(error.SocketErrorCode);
        }
    }

    public SocketError GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _source.SetResult(SocketError);
}
