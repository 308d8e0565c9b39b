namespace Gibbon.Routing;

/// <summary>Splits "host:port" as Kong does: at the first colon, and only when all behind it is a number.</summary>
internal static class HostPort
{
    /// <summary>The host; <paramref name="port"/> is -1 without one.</summary>
    public static ReadOnlySpan<byte> Split(ReadOnlySpan<byte> text, out long port)
    {
        port = -1;
        int colon = text.IndexOf((byte)':');
        if (colon < 0 || colon + 1 == text.Length || text[(colon + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            return text;
        }

        long number = 0;
        foreach (byte digit in text[(colon + 1)..])
        {
            // Too large to be a port is still a number: it matches none.
            number = Math.Min((number * 10) + (digit - '0'), int.MaxValue);
        }

        port = number;
        return text[..colon];
    }
}
