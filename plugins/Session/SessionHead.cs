using System.Buffers.Text;
using System.Security.Cryptography;

namespace Gibbon.Plugins.Session;

/// <summary>
/// The head of a session's cookie, as Kong's sessions have it: type, flags, id, creation, rolling offset, size of the payload, tag of the payload,
/// idling offset, code. Numbers have their lowest byte first; times are in seconds.
/// </summary>
sealed class SessionHead
{
    /// <summary>The size of a head in bytes, and as text.</summary>
    public const int Size = 82;

    public const int TextSize = 110;

    public const int TagSize = 16;

    /// <summary>What is in the session is stored elsewhere.</summary>
    public const int StoredFlag = 0x0001;

    /// <summary>The session is not to be remembered.</summary>
    public const int ForgetFlag = 0x0002;

    /// <summary>What is in the session is compressed (gzip).</summary>
    public const int CompressedFlag = 0x0010;

    const byte Type = 1;
    const int SidPlace = 3;
    const int SidSize = 32;
    const int CreationPlace = 35;
    const int RollingPlace = 40;
    const int PayloadPlace = 44;
    const int TagPlace = 47;
    const int IdlingPlace = 63;
    const int MacPlace = 66;

    readonly byte[] bytes;

    SessionHead(byte[] bytes) => this.bytes = bytes;

    /// <summary>The flags.</summary>
    public int Flags => (int)Get(1, 2);

    /// <summary>The id: 32 random bytes.</summary>
    public ReadOnlySpan<byte> Sid => bytes.AsSpan(SidPlace, SidSize);

    /// <summary>The id as text: what the database knows the session by.</summary>
    public string SidText => Base64Url.EncodeToString(Sid);

    /// <summary>When the session began.</summary>
    public long Created => Get(CreationPlace, 5);

    /// <summary>How long after the beginning it was renewed.</summary>
    public long RollingOffset => Get(RollingPlace, 4);

    /// <summary>The length of the payload's text.</summary>
    public int PayloadSize => (int)Get(PayloadPlace, 3);

    /// <summary>How long after the renewal it was last used.</summary>
    public long IdlingOffset => Get(IdlingPlace, 3);

    /// <summary>Shows that nothing of the payload was changed.</summary>
    public ReadOnlySpan<byte> Tag => bytes.AsSpan(TagPlace, TagSize);

    /// <summary>What the tag also vouches for.</summary>
    public ReadOnlySpan<byte> Sealed => bytes.AsSpan(0, TagPlace);

    /// <summary>The text of the head.</summary>
    public string Text => Base64Url.EncodeToString(bytes);

    /// <summary>Makes the head of a new session.</summary>
    /// <param name="flags">The flags.</param>
    /// <param name="created">When the session began.</param>
    /// <param name="rollingOffset">How long ago that is.</param>
    /// <param name="payloadSize">The length of the payload's text.</param>
    public static SessionHead Create(int flags, long created, long rollingOffset, int payloadSize)
    {
        var head = new SessionHead(new byte[Size]);
        head.bytes[0] = Type;
        head.Put(1, 2, flags);
        RandomNumberGenerator.Fill(head.bytes.AsSpan(SidPlace, SidSize));
        head.Put(CreationPlace, 5, created);
        head.Put(RollingPlace, 4, rollingOffset);
        head.Put(PayloadPlace, 3, payloadSize);
        return head;
    }

    /// <summary>Reads the head that a cookie begins with.</summary>
    /// <param name="cookie">The cookie's value.</param>
    /// <param name="keys">The keys.</param>
    /// <returns><c>null</c> if it is none of ours.</returns>
    public static SessionHead? Read(string cookie, SessionKeys keys)
    {
        var bytes = new byte[Size];
        if (cookie.Length < TextSize || !Base64Url.IsValid(cookie.AsSpan(0, TextSize), out var length) || length != Size)
            return null;

        Base64Url.DecodeFromChars(cookie.AsSpan(0, TextSize), bytes);
        var head = new SessionHead(bytes);
        return bytes[0] == Type && CryptographicOperations.FixedTimeEquals(keys.Mac(head.Sid, bytes.AsSpan(0, MacPlace)), bytes.AsSpan(MacPlace))
            ? head
            : null;
    }

    /// <summary>Seals the payload and the head.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="remember">Whether the cookie outlasts the browser.</param>
    /// <param name="plain">What is in the session.</param>
    /// <returns>The payload.</returns>
    public byte[] Seal(SessionKeys keys, bool remember, ReadOnlySpan<byte> plain)
    {
        var payload = keys.Encrypt(Sid, remember, plain, Sealed, bytes.AsSpan(TagPlace, TagSize));
        Touch(keys, 0);
        return payload;
    }

    /// <summary>Notes that the session was used.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="idlingOffset">How long after its renewal.</param>
    public void Touch(SessionKeys keys, long idlingOffset)
    {
        Put(IdlingPlace, 3, Math.Min(idlingOffset, (1 << 24) - 1));
        keys.Mac(Sid, bytes.AsSpan(0, MacPlace)).CopyTo(bytes.AsSpan(MacPlace));
    }

    long Get(int place, int size)
    {
        long value = 0;
        for (var i = size - 1; i >= 0; i--)
            value = (value << 8) | bytes[place + i];

        return value;
    }

    void Put(int place, int size, long value)
    {
        for (var i = 0; i < size; i++, value >>= 8)
            bytes[place + i] = (byte)value;
    }
}
