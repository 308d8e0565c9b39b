namespace Gibbon.Proxy.Messages;

/// <summary>A body that is wholly in memory; it can be read again after <see cref="Rewind"/>, as a retry needs.</summary>
internal sealed class BufferedBody : MessageBody
{
    private ReadOnlyMemory<byte> _content;
    private bool _done = true;

    public override long Length => _content.Length;

    public override bool IsComplete => _done;

    public override long BytesRead => _done ? _content.Length : 0;

    public override ProxyError Error => default;

    public override HeaderTable? Trailers => null;

    public ReadOnlyMemory<byte> Content => _content;

    public void Set(ReadOnlyMemory<byte> content)
    {
        _content = content;
        Rewind();
    }

    public void Rewind() => _done = _content.IsEmpty;

    public override ValueTask<BodyRead> ReadAsync()
    {
        if (_done) return new(new BodyRead(default, BodyState.Last));

        _done = true;
        return new(new BodyRead(_content, BodyState.Last));
    }
}
