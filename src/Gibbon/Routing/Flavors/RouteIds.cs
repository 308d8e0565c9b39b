using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Routing.Flavors;

/// <summary>Ids of the parts a route of several paths is split into: name-based (RFC 9562, version 5), so that they stay the same.</summary>
internal static class RouteIds
{
    private static readonly byte[] s_namespace = new Guid("7f145bf9-0dce-4f91-98eb-debbce4b9f6b").ToByteArray(bigEndian: true);

    /// <summary>The id of part <paramref name="part"/>, counted from 1.</summary>
    public static UInt128 OfPart(Guid route, int part)
    {
        byte[] name = [.. s_namespace, .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{route:D}#{part}"))];
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Version 5 ids are made of SHA-1; nothing is secured by it.
        SHA1.HashData(name, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return RouteOrder.NumberOf(new Guid(hash[..16], bigEndian: true));
    }
}
