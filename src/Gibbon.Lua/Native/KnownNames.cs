using System.Buffers;
using System.Text;

namespace Gibbon.Lua.Native;

/// <summary>Names that Lua asks for again and again, so that they need not become new strings every time. For one thread at a time, as the state it belongs to is.</summary>
internal sealed class KnownNames
{
    private const int Longest = 64;

    // Plugins name headers in their code; who makes names up has no use for this.
    private const int Most = 256;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public KnownNames() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The name as a string; null for one that is not ASCII, or is longer than names are.</summary>
    public string? Find(ReadOnlySpan<byte> name)
    {
        Span<char> characters = stackalloc char[Longest];
        if (Ascii.ToUtf16(name, characters, out _) != OperationStatus.Done)
        {
            return null;
        }

        characters = characters[..name.Length];
        if (_lookup.TryGetValue(characters, out string? known))
        {
            return known;
        }

        string made = characters.ToString();
        if (_names.Count < Most)
        {
            _names.Add(made, made);
        }

        return made;
    }
}
