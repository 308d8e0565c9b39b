using System.Buffers;
using System.Text;

namespace Gibbon.Lua.Native;

/// <summary>Names that Lua asks for again and again, so that they need not become new strings every time. For one thread at a time, as the state it belongs to is.</summary>
internal sealed class KnownNames
{
    private const int Longest = 64;

    // Plugins name headers in their code; who makes names up has no use for this.
    private const int Most = 256;

    private const int Places = 64;

    // The last that was asked for of those that share a place: to compare it costs less than to look a name up.
    private readonly Known?[] _last = new Known?[Places];
    private readonly Dictionary<string, Known> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Known>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public KnownNames() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The name as a string; null for one that is not ASCII, or is longer than names are.</summary>
    public string? Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return "";
        }

        ref Known? last = ref _last[(name.Length + (name[0] * 5) + (name[^1] * 11)) % Places];
        return last is { } known && name.SequenceEqual(known.Bytes) ? known.Name : LookUp(name, ref last);
    }

    private string? LookUp(ReadOnlySpan<byte> name, ref Known? place)
    {
        Span<char> characters = stackalloc char[Longest];
        if (Ascii.ToUtf16(name, characters, out _) != OperationStatus.Done)
        {
            return null;
        }

        characters = characters[..name.Length];
        if (!_lookup.TryGetValue(characters, out Known? known))
        {
            string made = characters.ToString();
            if (_names.Count == Most)
            {
                return made;
            }

            known = new Known(made, name.ToArray());
            _names.Add(made, known);
        }

        place = known;
        return known.Name;
    }

    private sealed record Known(string Name, byte[] Bytes);
}
