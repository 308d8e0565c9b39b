using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

#pragma warning disable CA5351 // MD5 is what Kong's nodes compare; nobody relies on it to be hard to forge.

/// <summary>The hash by which nodes tell configurations apart: MD5 in hexadecimal, thirty-two zeros for an empty one.</summary>
internal static class ConfigurationHash
{
    /// <summary>The hash of a configuration without entities, and of a section that is not there.</summary>
    public const string Empty = "00000000000000000000000000000000";

    /// <summary>The hash of a text as it was given.</summary>
    public static string OfText(string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var encoder = Encoding.UTF8.GetEncoder();
        Span<byte> buffer = stackalloc byte[8192];
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            encoder.Convert(rest, buffer, flush: true, out var read, out var written, out _);
            hash.AppendData(buffer[..written]);
            rest = rest[read..];
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The hashes of a configuration as control and data planes compute them: of the whole, and of the sections that decide what must be rebuilt.</summary>
    public static ConfigurationHashes OfTable(ValueMap configuration)
    {
        var routes = OfSection(configuration, "routes");
        var services = OfSection(configuration, "services");
        var plugins = OfSection(configuration, "plugins");
        var upstreams = OfSection(configuration, "upstreams");
        var targets = OfSection(configuration, "targets");
        var others = new ValueMap(configuration.Where(static entry => entry.Key is not ("routes" or "services" or "plugins" or "upstreams" or "targets")));
        var all = Of(Encoding.UTF8.GetBytes(routes + services + plugins + upstreams + targets + CanonicalText.Hash(others)));
        return new ConfigurationHashes(all, routes, services, plugins, upstreams, targets);
    }

    static string OfSection(ValueMap configuration, string section) =>
        configuration.TryGetValue(section, out var value) ? CanonicalText.Hash(value) : Empty;

    internal static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
}

/// <summary>The hashes of a configuration and of its sections.</summary>
internal sealed record ConfigurationHashes(string Configuration, string Routes, string Services, string Plugins, string Upstreams, string Targets);
