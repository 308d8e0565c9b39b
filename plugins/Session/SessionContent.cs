using System.IO.Compression;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Session;

/// <summary>
/// What is in a session: for each audience who the client is. As data a list of lists: <c>[[[consumer, credential, groups], audience, subject], …]</c>.
/// </summary>
sealed class SessionContent
{
    const int CompressionThreshold = 1024;
    const int LargestContent = 1 << 20;

    readonly ValueList parts;
    readonly string audience;

    SessionContent(ValueList parts, string audience) => (this.parts, this.audience) = (parts, audience);

    /// <summary>The consumer's id.</summary>
    public string? ConsumerId => Identity?.ElementAtOrDefault(0) as string;

    /// <summary>The credential's id.</summary>
    public string? CredentialId => Identity?.ElementAtOrDefault(1) as string;

    /// <summary>The groups the client is in; <c>null</c> if nobody said.</summary>
    public IEnumerable<string>? Groups => (Identity?.ElementAtOrDefault(2) as ValueList)?.OfType<string>();

    /// <summary>Who the session is about, in words.</summary>
    public string? Subject => Part?.ElementAtOrDefault(2) as string;

    /// <summary>Whether other audiences share the session.</summary>
    public bool IsShared => parts.Count > 1;

    ValueList? Part => parts.OfType<ValueList>().FirstOrDefault(part => part.ElementAtOrDefault(1) as string == audience);

    ValueList? Identity => Part?[0] as ValueList;

    /// <summary>Nothing yet.</summary>
    public static SessionContent Empty(string audience) => new([], audience);

    /// <summary>Reads the content of a session.</summary>
    /// <param name="plain">The bytes, decrypted.</param>
    /// <param name="isCompressed">Whether they are compressed.</param>
    /// <param name="audience">The audience that is meant.</param>
    /// <returns><c>null</c> if it is none.</returns>
    public static SessionContent? Read(byte[] plain, bool isCompressed, string audience) =>
        (isCompressed ? Inflate(plain) : plain) is { } json && ValueJson.TryRead(json, out var value, out _) && value is ValueList parts
            ? new SessionContent(parts, audience)
            : null;

    /// <summary>Whether there is something for the audience.</summary>
    public bool HasAudience => Part is not null;

    /// <summary>Says who the client is.</summary>
    public void Set(string consumerId, string credentialId, IEnumerable<string>? groups, string subject)
    {
        ValueList identity = [consumerId, credentialId];
        if (groups is not null)
            identity.Add(new ValueList(groups));

        ValueList next = [identity, audience, subject];
        if (Part is { } part)
            parts[parts.IndexOf(part)] = next;
        else
            parts.Add(next);
    }

    /// <summary>Forgets who the client is.</summary>
    public void Clear()
    {
        if (Part is { } part)
            parts.Remove(part);
    }

    /// <summary>The bytes that are encrypted.</summary>
    public byte[] Write(out bool isCompressed)
    {
        var json = ValueJson.Write(parts);
        var small = json.Length > CompressionThreshold ? Deflate(json) : json;
        isCompressed = small.Length < json.Length;
        return isCompressed ? small : json;
    }

    static byte[] Deflate(byte[] plain)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(plain);

        return output.ToArray();
    }

    static byte[]? Inflate(byte[] compressed)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            var plain = new byte[LargestContent];
            return plain[..gzip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
