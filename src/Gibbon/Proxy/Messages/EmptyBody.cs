namespace Gibbon.Proxy.Messages;

/// <summary>The body of a message that has none.</summary>
internal sealed class EmptyBody : MessageBody
{
    public static EmptyBody Instance { get; } = new();

    public override long Length => 0;

    public override bool IsComplete => true;

    public override long BytesRead => 0;

    public override ProxyError Error => default;

    public override HeaderTable? Trailers => null;

    public override ValueTask<BodyRead> ReadAsync() => new(new BodyRead(default, BodyState.Last));
}
