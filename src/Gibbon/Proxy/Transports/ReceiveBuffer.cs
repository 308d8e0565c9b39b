namespace Gibbon.Proxy.Transports;

/// <summary>Bytes received and not yet used, in one pooled array that grows when a message needs it and shrinks between messages.</summary>
internal sealed class ReceiveBuffer(int size)
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public bool IsEmpty => _start == _end;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, _end - _start);

    /// <summary>The unused bytes, writable so that chunks can be joined in place.</summary>
    public Memory<byte> Memory => _bytes.AsMemory(_start, _end - _start);

    /// <summary>Room behind the unused bytes without moving them: what may be received into while they are in use.</summary>
    public Memory<byte> Tail => _bytes.AsMemory(_end);

    /// <summary>Drops bytes from the front. Nothing moves, so a receive into the room behind may be under way.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Takes over bytes received into what <see cref="Room"/> gave.</summary>
    public void Fill(int count) => _end += count;

    /// <summary>Free space behind the unused bytes, of at least <paramref name="least"/> bytes, moving or growing them if needed.</summary>
    public Memory<byte> Room(int least)
    {
        if (_start == _end) _start = _end = 0;
        if (_bytes.Length - _end < least) MakeRoom(least);
        return _bytes.AsMemory(_end);
    }

    /// <summary>Gives a grown array back, once it is empty.</summary>
    public void Shrink()
    {
        if (_start == _end && _bytes.Length > 2 * size) Release();
    }

    /// <summary>Gives the array back. Nothing may be receiving into it.</summary>
    public void Release()
    {
        if (_bytes.Length > 0) Blocks.Return(_bytes);
        _bytes = [];
        _start = _end = 0;
    }

    private void MakeRoom(int least)
    {
        var unused = Span;
        if (_bytes.Length - unused.Length >= least)
        {
            unused.CopyTo(_bytes);
        }
        else
        {
            var bigger = Blocks.Rent(Math.Max(size, unused.Length + least));
            unused.CopyTo(bigger);
            if (_bytes.Length > 0) Blocks.Return(_bytes);
            _bytes = bigger;
        }

        _end -= _start;
        _start = 0;
    }
}
