namespace Gibbon.Proxy.Messages;

/// <summary>One field of a <see cref="HeaderTable"/> as an enumeration shows it.</summary>
internal readonly ref struct HeaderField(int index, KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    /// <summary>Position for <see cref="HeaderTable.RemoveAt"/> and the other calls that take an index.</summary>
    public int Index { get; } = index;

    public KnownHeader Known { get; } = known;

    /// <summary>The name with the letters as they came.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>The value without surrounding white space.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}
