namespace Gibbon.Plugins.Shared.Grpc;

/// <summary>What has come of frames and is no whole one yet.</summary>
sealed class FrameBuffer
{
    byte[] data = [];
    int length;

    /// <summary>What has come.</summary>
    public ReadOnlySpan<byte> Written => data.AsSpan(0, length);

    /// <summary>Adds what comes next.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (length + piece.Length > data.Length)
            Array.Resize(ref data, Math.Max(length + piece.Length, 2 * data.Length));

        piece.CopyTo(data.AsSpan(length));
        length += piece.Length;
    }

    /// <summary>Drops what has been read.</summary>
    /// <param name="count">How many bytes of the beginning.</param>
    public void Drop(int count)
    {
        data.AsSpan(count, length - count).CopyTo(data);
        length -= count;
    }
}
