namespace Gibbon.Proxy.Messages;

/// <summary>How far a body is after a read.</summary>
internal enum BodyState : byte
{
    /// <summary>More may follow.</summary>
    More,

    /// <summary>The data of this read, possibly none, were the last; trailers are known now.</summary>
    Last,

    /// <summary>The body cannot be read on; <see cref="MessageBody.Error"/> says why. There are no data.</summary>
    Failed,
}

/// <summary>One piece of a body.</summary>
/// <param name="Data">The bytes; valid until the next read.</param>
/// <param name="State">Whether more follows.</param>
internal readonly record struct BodyRead(ReadOnlyMemory<byte> Data, BodyState State);
