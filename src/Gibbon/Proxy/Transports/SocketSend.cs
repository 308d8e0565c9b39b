using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Gibbon.Proxy.Transports;

/// <summary>The sending half of a socket: one operation at a time, reused for all of them, going on until everything is sent.</summary>
internal sealed class SocketSend() : SocketAsyncEventArgs(true), IValueTaskSource<bool>
{
    private readonly List<ArraySegment<byte>> _both = new(2);
    private ManualResetValueTaskSourceCore<bool> _source;
    private Socket? _socket;
    private ReadOnlyMemory<byte> _first;
    private ReadOnlyMemory<byte> _second;

    public ValueTask<bool> StartAsync(Socket socket, ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        _socket = socket;
        _first = first.IsEmpty ? second : first;
        _second = first.IsEmpty ? default : second;
        _source.Reset();
        return Run() switch
        {
            true => new(true),
            false => new(false),
            null => new(this, _source.Version),
        };
    }

    public bool GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        var outcome = Take() ? Run() : false;
        if (outcome is { } done) _source.SetResult(done);
    }

    // True: everything is sent; false: the connection failed; null: OnCompleted will go on.
    private bool? Run()
    {
        try
        {
            while (!_first.IsEmpty)
            {
                Prepare();
                if (_socket!.SendAsync(this)) return null;
                if (!Take()) return false;
            }

            return true;
        }
        catch (Exception error) when (error is ObjectDisposedException or SocketException)
        {
            return false;
        }
    }

    private void Prepare()
    {
        if (_second.IsEmpty || !MemoryMarshal.TryGetArray(_first, out var one) || !MemoryMarshal.TryGetArray(_second, out var two))
        {
            if (BufferList is not null) BufferList = null;
            SetBuffer(MemoryMarshal.AsMemory(_first));
            return;
        }

        _both.Clear();
        _both.Add(one);
        _both.Add(two);
        SetBuffer(null, 0, 0);
        BufferList = _both;
    }

    private bool Take()
    {
        if (SocketError != SocketError.Success) return false;

        var sent = BytesTransferred;
        if (sent < _first.Length)
        {
            _first = _first[sent..];
            return true;
        }

        _first = _second[(sent - _first.Length)..];
        _second = default;
        return true;
    }
}
