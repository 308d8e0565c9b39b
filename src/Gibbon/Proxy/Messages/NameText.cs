using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Gibbon.Proxy.Messages;

/// <summary>
/// The name of a header that came as text, made ready to be sent: as bytes, safe, and which of the known headers it is. Plugins give the same names with every request, so those that came
/// last are kept; who makes names up gets them made each time.
/// </summary>
internal sealed class NameText
{
    private const int PlaceBits = 10;
    private const int LongestKept = 64;

    // Read and written without a lock: a name is whole before it can be seen here, and which of two stays does not matter.
    private static readonly NameText?[] Kept = new NameText?[1 << PlaceBits];

    private readonly string _text;

    private NameText(string text)
    {
        _text = text;
        Bytes = Encoding.UTF8.GetBytes(HeaderText.EscapeName(text));
        Known = KnownHeaders.Identify(Bytes);
    }

    /// <summary>The name as it is sent.</summary>
    public byte[] Bytes { get; }

    /// <summary>Which header it is.</summary>
    public KnownHeader Known { get; }

    /// <summary>The name, ready.</summary>
    public static NameText Of(string text)
    {
        if (text.Length is < 2 or > LongestKept)
        {
            return new NameText(text);
        }

        ref NameText? place = ref Kept[PlaceOf(text)];
        NameText? kept = place;
        return kept is not null && kept._text == text ? kept : place = new NameText(text);
    }

    // Names of one plugin begin alike and are of like lengths: what is in their middle and at their end tells them apart.
    private static int PlaceOf(string text)
    {
        ref char first = ref MemoryMarshal.GetReference(text.AsSpan());
        uint middle = Two(ref first, (text.Length - 1) / 2);
        uint end = Two(ref first, text.Length - 2);
        return (int)(((middle ^ BitOperations.RotateLeft(end, 7) ^ (uint)text.Length) * 0x9E3779B1) >> (32 - PlaceBits));

        static uint Two(ref char first, int index) => Unsafe.ReadUnaligned<uint>(ref Unsafe.As<char, byte>(ref Unsafe.Add(ref first, index)));
    }
}
