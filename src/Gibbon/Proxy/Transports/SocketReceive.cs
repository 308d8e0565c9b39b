using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Gibbon.Proxy.Transports;

/// <summary>The receiving half of a socket: one operation at a time, reused for all of them.</summary>
internal sealed class SocketReceive() : SocketAsyncEventArgs(true), IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _source;

    public ValueTask<int> StartAsync(Socket socket, Memory<byte> buffer)
    {
        try
        {
            SetBuffer(buffer);
            _source.Reset();
            return socket.ReceiveAsync(this) ? new(this, _source.Version) : new(Outcome);
        }
        catch (Exception error) when (error is ObjectDisposedException or SocketException)
        {
            return new(Transport.Broken);
        }
    }

    public int GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _source.SetResult(Outcome);

    private int Outcome => SocketError == SocketError.Success ? BytesTransferred : Transport.Broken;
}
