namespace Gibbon.Dns.Wire;

/// <summary>Names in messages: labels, and pointers to labels that stand earlier. Pointers go backwards only, so none can go round in circles.</summary>
internal static class WireName
{
    private const int LongestName = 253;

    /// <summary>Reads a name, lower case and without a final dot; the root is empty. False when it is malformed or no host could be called so.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="position">Where the name begins; then where it ends.</param>
    /// <param name="name">The name.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int position, out string name)
    {
        Span<char> text = stackalloc char[LongestName + 1];
        int length = 0;
        int cursor = position;
        int lowest = position;
        bool jumped = false;
        name = "";
        while (cursor < message.Length)
        {
            byte size = message[cursor];
            if (size == 0)
            {
                position = jumped ? position : cursor + 1;
                name = new string(text[..Math.Max(0, length - 1)]);
                return true;
            }

            if (size >= 0xc0)
            {
                if (cursor + 1 >= message.Length)
                {
                    return false;
                }

                int target = ((size & 0x3f) << 8) | message[cursor + 1];
                if (target >= lowest || target < Question.HeaderLength)
                {
                    return false;
                }

                position = jumped ? position : cursor + 2;
                jumped = true;
                cursor = lowest = target;
                continue;
            }

            if (size > 63 || cursor + 1 + size > message.Length || length + size > LongestName
                || !TryAddLabel(message.Slice(cursor + 1, size), text, ref length))
            {
                return false;
            }

            cursor += 1 + size;
        }

        return false;
    }

    private static bool TryAddLabel(ReadOnlySpan<byte> label, Span<char> text, ref int length)
    {
        foreach (byte letter in label)
        {
            if (letter is <= (byte)' ' or > (byte)'~' or (byte)'.')
            {
                return false;
            }

            text[length++] = letter is >= (byte)'A' and <= (byte)'Z' ? (char)(letter | 0x20) : (char)letter;
        }

        text[length++] = '.';
        return true;
    }
}
