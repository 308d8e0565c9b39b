using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gibbon.Proxy.Messages;

/// <summary>
/// The header (or trailer) fields of a message, in the order and with the letters they came in. Fields are offsets into one pooled buffer
/// of bytes; strings are made only when asked for. Spans taken from the table are valid until the table is changed or reset. Strings are
/// UTF-8; a value that is not valid UTF-8 reads as Latin-1.
/// </summary>
internal sealed partial class HeaderTable
{
    private byte[] _bytes = [];
    private Entry[] _fields = [];
    private int _length;
    private int _used;
    private int _removed;
    private ulong _present;

    // Lengths of the names, a bit for each that is the same modulo 64: most names that are looked for are of a length that no field has.
    private ulong _lengths;

    /// <summary>Number of fields.</summary>
    public int Count => _used - _removed;

    /// <summary>The end of the indexes: those below it stand for fields, or for removed ones, whose names are empty.</summary>
    public int End => _used;

    /// <summary>Bytes that the fields take as HTTP/1 text, for limits and counters.</summary>
    public int ByteLength { get; private set; }

    /// <summary>Index of the first field of that name, or -1. Pass an index + 1 to find the next.</summary>
    public int Find(KnownHeader header, int from = 0)
    {
        if ((_present & (1UL << (int)header)) == 0) return -1;

        for (var i = from; i < _used; i++)
        {
            if (_fields[i].Known == header) return i;
        }

        return -1;
    }

    /// <summary>Index of the first field of that name, letter case aside, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name, int from = 0)
    {
        var known = KnownHeaders.Identify(name);
        if (known != KnownHeader.None) return Find(known, from);

        for (var i = from; i < _used; i++)
        {
            ref readonly var entry = ref _fields[i];
            if (entry.NameLength == name.Length && entry.Known == KnownHeader.None && Ascii.EqualsIgnoreCase(NameOf(in entry), name)) return i;
        }

        return -1;
    }

    /// <inheritdoc cref="Find(ReadOnlySpan{byte},int)"/>
    public int Find(string name, int from = 0)
    {
        if (!HasLength(name.Length)) return -1;

        for (var i = from; i < _used; i++)
        {
            ref readonly var entry = ref _fields[i];
            if (entry.NameLength == name.Length && Ascii.EqualsIgnoreCase(NameOf(in entry), name)) return i;
        }

        return -1;
    }

    /// <summary>As <see cref="Find(string,int)"/>, with <c>_</c> and <c>-</c> taken as the same letter, as the PDK looks names up.</summary>
    public int FindLoosely(string name, int from = 0)
    {
        if (!HasLength(name.Length)) return -1;

        for (var i = from; i < _used; i++)
        {
            ref readonly var entry = ref _fields[i];
            if (entry.NameLength == name.Length && LooselyEqual(NameOf(in entry), name)) return i;
        }

        return -1;
    }

    public bool Contains(KnownHeader header) => (_present & (1UL << (int)header)) != 0;

    public bool Contains(string name) => Find(name) >= 0;

    /// <summary>Whether a name occurs in both tables.</summary>
    public bool SharesNamesWith(HeaderTable other)
    {
        if ((_present & other._present) != 0) return true;

        for (var i = 0; i < _used; i++)
        {
            if (_fields[i].Known == KnownHeader.None && _fields[i].NameLength > 0 && other.HasUnknown(NameOf(in _fields[i]))) return true;
        }

        return false;
    }

    /// <summary>The value of the first field of that name.</summary>
    public bool TryGet(KnownHeader header, out ReadOnlySpan<byte> value)
    {
        var index = Find(header);
        value = index < 0 ? default : Value(index);
        return index >= 0;
    }

    /// <summary>The value of the first field of that name as a string, or null. <paramref name="name"/>: <c>_</c> equals <c>-</c>.</summary>
    public string? GetString(string name)
    {
        var index = FindLoosely(name);
        return index < 0 ? null : ValueString(index);
    }

    /// <summary>The value of the first field of that name as a string, or null.</summary>
    public string? GetString(KnownHeader header)
    {
        var index = Find(header);
        return index < 0 ? null : ValueString(index);
    }

    /// <summary>Adds the values of all fields of that name (<c>_</c> equals <c>-</c>) to <paramref name="values"/>, in order.</summary>
    public void GetAll(string name, List<string> values)
    {
        for (var i = FindLoosely(name); i >= 0; i = FindLoosely(name, i + 1)) values.Add(ValueString(i));
    }

    public KnownHeader Known(int index) => _fields[index].Known;

    public ReadOnlySpan<byte> Name(int index) => NameOf(in _fields[index]);

    public ReadOnlySpan<byte> Value(int index) => ValueOf(in _fields[index]);

    public string NameString(int index) =>
        _fields[index].Known is var known and not KnownHeader.None && Name(index).SequenceEqual(known.Bytes())
            ? known.Name()
            : Text(Name(index));

    public string ValueString(int index) => Text(Value(index));

    /// <summary>Walks the fields in order; the table may not be changed meanwhile, except by <see cref="RemoveAt"/>.</summary>
    public Enumerator GetEnumerator() => new(this);

    private bool HasLength(int length) => (_lengths & (1UL << length)) != 0;

    private static string Text(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    // Of one length. Names that begin alike (X-Forwarded-…) are more frequent than those that end alike.
    private static bool LooselyEqual(ReadOnlySpan<byte> name, ReadOnlySpan<char> other)
    {
        if ((uint)name.Length > (uint)other.Length) return false;

        for (var i = name.Length - 1; i >= 0; i--)
        {
            if (name[i] != other[i] && Fold(name[i]) != Fold(other[i])) return false;
        }

        return true;

        static int Fold(int letter) => letter == '_' ? '-' : letter is >= 'A' and <= 'Z' ? letter | 0x20 : letter;
    }

    private bool HasUnknown(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _used; i++)
        {
            ref readonly var entry = ref _fields[i];
            if (entry.NameLength == name.Length && entry.Known == KnownHeader.None && Ascii.EqualsIgnoreCase(NameOf(in entry), name)) return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> NameOf(ref readonly Entry entry) => _bytes.AsSpan(entry.NameOffset, entry.NameLength);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> ValueOf(ref readonly Entry entry) => _bytes.AsSpan(entry.ValueOffset, entry.ValueLength);

    /// <summary>See <see cref="HeaderTable.GetEnumerator"/>.</summary>
    public ref struct Enumerator(HeaderTable table)
    {
        private int _index = -1;

        public readonly HeaderField Current
        {
            get
            {
                ref readonly var entry = ref table._fields[_index];
                return new HeaderField(_index, entry.Known, table.NameOf(in entry), table.ValueOf(in entry));
            }
        }

        public bool MoveNext()
        {
            while (++_index < table._used)
            {
                if (table._fields[_index].NameLength > 0) return true;
            }

            return false;
        }
    }

    // A removed field has a name of length zero, so no lookup can meet it.
    private struct Entry
    {
        public int NameOffset;
        public int ValueOffset;
        public int ValueLength;
        public ushort NameLength;
        public KnownHeader Known;
    }
}
