using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gibbon.Routing;

/// <summary>Addresses that share their first <paramref name="Length"/> bits.</summary>
internal readonly record struct NetworkRange(NetworkAddress Network, int Length)
{
    private UInt128 Mask => Length == 0 ? UInt128.Zero
        : Network.Bits == 32 ? uint.MaxValue << (32 - Length)
        : UInt128.MaxValue << (128 - Length);

    /// <summary>True when the address is of the same family and in the range.</summary>
    public bool Contains(NetworkAddress address)
        => address.Bits == Network.Bits && ((address.Value ^ Network.Value) & Mask) == UInt128.Zero;

    /// <summary>True when no bit behind the prefix is set.</summary>
    public bool IsAligned => (Network.Value & ~Mask) == UInt128.Zero || (Network.Bits == 32 && ((uint)Network.Value & ~(uint)Mask) == 0);

    /// <summary>The same range with the bits behind the prefix cleared.</summary>
    public NetworkRange Aligned() => this with { Network = Network with { Value = Network.Value & Mask } };

    /// <summary>Reads "address/length".</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out NetworkRange? range)
    {
        range = null;
        int slash = text.IndexOf('/');
        if (slash < 0 || !NetworkAddress.TryParse(text[..slash], out NetworkAddress network)
            || !int.TryParse(text[(slash + 1)..], NumberStyles.None, null, out int length) || length > network.Bits)
        {
            return false;
        }

        range = new NetworkRange(network, length);
        return true;
    }

    public override string ToString() => $"{Network}/{Length}";
}
