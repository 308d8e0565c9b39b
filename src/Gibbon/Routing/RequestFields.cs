namespace Gibbon.Routing;

/// <summary>
/// The request's headers and query arguments, as the front end keeps them. Implementations decide how many they show
/// (lua_max_req_headers, lua_max_uri_args): what they hide does not take part in routing.
/// </summary>
internal abstract class RequestFields
{
    /// <summary>
    /// The next value of a header. Start with <paramref name="cursor"/> 0 and call until false; each call moves the cursor.
    /// </summary>
    /// <param name="name">Lower case, '_' for '-': compare with <see cref="IsHeader"/>. The Host header is never asked for.</param>
    /// <param name="cursor">Where to go on; its meaning is the implementation's.</param>
    /// <param name="value">The value as received, without surrounding white space.</param>
    public abstract bool TryNextHeader(scoped ReadOnlySpan<byte> name, scoped ref int cursor, out ReadOnlySpan<byte> value);

    /// <summary>The next value of a query argument, decoded; an argument without '=' has an empty value.</summary>
    public abstract bool TryNextQuery(scoped ReadOnlySpan<byte> name, scoped ref int cursor, out ReadOnlySpan<byte> value);

    /// <summary>True when a header as received is the one a field names: case does not count, and '-' is '_'.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> received, ReadOnlySpan<byte> name)
    {
        if (received.Length != name.Length)
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            byte c = received[i];
            c = c == '-' ? (byte)'_' : c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;
            if (c != name[i])
            {
                return false;
            }
        }

        return true;
    }
}
