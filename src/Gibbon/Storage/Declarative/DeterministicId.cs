using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Storage.Declarative;

#pragma warning disable CA5350 // UUIDs of version 5 are made with SHA-1; nothing is kept secret by it.

/// <summary>
/// The id of an entity that a declarative file does not give one: a UUID of version 5 (RFC 9562) in a name space of the entity's kind,
/// so that the same file gives the same ids on every load and on every node.
/// </summary>
internal sealed class DeterministicId
{
    static readonly Guid AllEntities = new("fd02801f-0957-4a15-a55a-c8d9606f30b5");

    // A new hasher costs half of what it then does for a name, and a file may have 100,000 of them.
    [ThreadStatic]
    static IncrementalHash? hasher;

    readonly byte[] space = new byte[16];

    /// <summary>Ids of one kind of entity: <c>services</c>.</summary>
    public DeterministicId(string entity) => Create(AllEntities, entity).TryWriteBytes(space, bigEndian: true, out _);

    /// <summary>The id of the entity with that key.</summary>
    public Guid Of(string key) => Hash(space, key);

    static Guid Create(Guid space, string name) => Hash(space.ToByteArray(bigEndian: true), name);

    static Guid Hash(ReadOnlySpan<byte> space, string name)
    {
        var length = 16 + Encoding.UTF8.GetMaxByteCount(name.Length);
        byte[]? rented = null;
        var buffer = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        space.CopyTo(buffer);
        var written = 16 + Encoding.UTF8.GetBytes(name, buffer[16..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        var sha1 = hasher ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha1.AppendData(buffer[..written]);
        sha1.GetHashAndReset(hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
