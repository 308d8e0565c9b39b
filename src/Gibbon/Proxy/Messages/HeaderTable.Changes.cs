using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Gibbon.Proxy.Messages;

/// <content>What changes a table.</content>
internal sealed partial class HeaderTable
{
    /// <summary>Adds a field behind the others, even if there is one of that name.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Add(KnownHeaders.Identify(name), name, value);

    /// <inheritdoc cref="Add(ReadOnlySpan{byte},ReadOnlySpan{byte})"/>
    public void Add(KnownHeader header, ReadOnlySpan<byte> value) => Add(header, header.Bytes(), value);

    /// <inheritdoc cref="Add(ReadOnlySpan{byte},ReadOnlySpan{byte})"/>
    public void Add(KnownHeader header, string value)
    {
        var nameOffset = Append(header.Bytes());
        var valueOffset = AppendText(value);
        AddField(header, nameOffset, header.Bytes().Length, valueOffset, _length - valueOffset);
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{byte},ReadOnlySpan{byte})"/>
    /// <remarks>Plugins call it many times in a request, from many places: one copy of it stays in the processor's cache, and dozens do not.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add(string name, string value)
    {
        var prepared = NameText.Of(name);
        var nameOffset = Append(prepared.Bytes);
        var valueOffset = AppendText(value);
        AddField(prepared.Known, nameOffset, prepared.Bytes.Length, valueOffset, _length - valueOffset);
    }

    /// <summary>
    /// Gives the first field of that name this value and removes the others; adds it behind all when there is none. The letters of the
    /// name that stands already are kept.
    /// </summary>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var index = Find(name);
        if (index < 0)
        {
            Add(name, value);
            return;
        }

        ReplaceValue(index, Append(value));
        for (var i = Find(name, index + 1); i >= 0; i = Find(name, i + 1)) RemoveAt(i);
    }

    /// <inheritdoc cref="Set(ReadOnlySpan{byte},ReadOnlySpan{byte})"/>
    public void Set(KnownHeader header, ReadOnlySpan<byte> value)
    {
        var index = Find(header);
        if (index < 0)
        {
            Add(header, value);
            return;
        }

        ReplaceValue(index, Append(value));
        for (var i = Find(header, index + 1); i >= 0; i = Find(header, i + 1)) RemoveAt(i);
    }

    /// <inheritdoc cref="Set(ReadOnlySpan{byte},ReadOnlySpan{byte})"/>
    public void Set(string name, string value)
    {
        var index = Find(name);
        if (index < 0)
        {
            Add(name, value);
            return;
        }

        ReplaceValue(index, AppendText(value));
        for (var i = Find(name, index + 1); i >= 0; i = Find(name, i + 1)) RemoveAt(i);
    }

    /// <summary>Removes every field of that name; returns how many there were.</summary>
    public int Remove(KnownHeader header)
    {
        var count = 0;
        for (var i = Find(header); i >= 0; i = Find(header, i + 1), count++) RemoveAt(i);
        return count;
    }

    /// <inheritdoc cref="Remove(KnownHeader)"/>
    public int Remove(ReadOnlySpan<byte> name)
    {
        var count = 0;
        for (var i = Find(name); i >= 0; i = Find(name, i + 1), count++) RemoveAt(i);
        return count;
    }

    /// <inheritdoc cref="Remove(KnownHeader)"/>
    public int Remove(string name)
    {
        var count = 0;
        for (var i = Find(name); i >= 0; i = Find(name, i + 1), count++) RemoveAt(i);
        return count;
    }

    /// <summary>As <see cref="Remove(string)"/>, with <c>_</c> and <c>-</c> taken as the same letter: removes the aliases of an asserted name too.</summary>
    public int RemoveLoosely(string name)
    {
        var count = 0;
        for (var i = FindLoosely(name); i >= 0; i = FindLoosely(name, i + 1), count++) RemoveAt(i);
        return count;
    }

    /// <summary>Removes one field; the indexes of the others stay.</summary>
    public void RemoveAt(int index)
    {
        ref var field = ref _fields[index];
        if (field.NameLength == 0) return;

        var known = field.Known;
        ByteLength -= field.NameLength + field.ValueLength + 4;
        field.NameLength = 0;
        field.Known = KnownHeader.None;
        _removed++;
        ForgetLast();
        if (known == KnownHeader.None) return;

        _present &= ~(1UL << (int)known);
        for (var i = 0; i < _used; i++)
        {
            if (_fields[i].Known == known) _present |= 1UL << (int)known;
        }
    }

    // What is removed at the end leaves no gap: a header that is set again and again takes one place.
    private void ForgetLast()
    {
        while (_used > 0 && _fields[_used - 1].NameLength == 0)
        {
            _used--;
            _removed--;
        }
    }

    /// <summary>Adds a copy of every field of <paramref name="other"/>.</summary>
    public void AddAll(HeaderTable other)
    {
        if (other._removed > 0)
        {
            foreach (var field in other) Add(field.Known, field.Name, field.Value);
            return;
        }

        // All of its bytes at once; what stands between the fields comes along, and is seldom more than their separators.
        var shift = Append(other._bytes.AsSpan(0, other._length));
        if (_fields.Length - _used < other._used) Array.Resize(ref _fields, Math.Max(32, (_used + other._used) * 2));
        for (var i = 0; i < other._used; i++)
        {
            ref var field = ref _fields[_used++];
            field = other._fields[i];
            field.NameOffset += shift;
            field.ValueOffset += shift;
        }

        _present |= other._present;
        _lengths |= other._lengths;
        ByteLength += other.ByteLength;
    }

    /// <summary>Empties the table and keeps its memory for the next message.</summary>
    public void Reset()
    {
        _length = 0;
        _used = 0;
        _removed = 0;
        _present = 0;
        _lengths = 0;
        ByteLength = 0;
        if (_bytes.Length <= 16 * 1024) return;

        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    internal void Add(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var nameOffset = Append(name);
        var valueOffset = Append(value);
        AddField(known, nameOffset, name.Length, valueOffset, value.Length);
    }

    /// <summary>Copies bytes into the table's buffer without making them a field; returns where they stand.</summary>
    internal int Append(ReadOnlySpan<byte> bytes)
    {
        var offset = _length;
        if (_bytes.Length - offset < bytes.Length) Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(offset));
        _length = offset + bytes.Length;
        return offset;
    }

    /// <summary>Bytes of the table's buffer, as an <see cref="Append"/> left them.</summary>
    internal ReadOnlySpan<byte> Slice(int offset, int length) => _bytes.AsSpan(offset, length);

    /// <summary>Makes bytes that <see cref="Append"/> has copied a field.</summary>
    internal void AddField(KnownHeader known, int nameOffset, int nameLength, int valueOffset, int valueLength)
    {
        if (nameLength is 0 or > ushort.MaxValue) ThrowInvalidName(nameLength);
        if (_used == _fields.Length) Array.Resize(ref _fields, Math.Max(32, _used * 2));
        ref var field = ref _fields[_used++];
        field.NameOffset = nameOffset;
        field.NameLength = (ushort)nameLength;
        field.ValueOffset = valueOffset;
        field.ValueLength = valueLength;
        field.Known = known;
        if (known != KnownHeader.None) _present |= 1UL << (int)known;
        _lengths |= 1UL << nameLength;
        ByteLength += nameLength + valueLength + 4;
    }

    private static void ThrowInvalidName(int nameLength) =>
        throw new ArgumentOutOfRangeException(nameof(nameLength), nameLength, "A header name must have between 1 and 65535 bytes.");

    private void ReplaceValue(int index, int valueOffset)
    {
        ref var field = ref _fields[index];
        ByteLength += _length - valueOffset - field.ValueLength;
        field.ValueOffset = valueOffset;
        field.ValueLength = _length - valueOffset;
    }

    // Text comes from plugins, and may hold what a client sent: nothing in it can end the line it is written on.
    private int AppendText(string text)
    {
        var offset = _length;
        if (_bytes.Length - offset < text.Length) Grow(text.Length);
        if (!HeaderText.TryCopyPlain(text, _bytes.AsSpan(offset, text.Length))) return AppendUnusual(text);

        _length = offset + text.Length;
        return offset;
    }

    private int AppendUnusual(string text)
    {
        text = HeaderText.Escape(text);
        var offset = _length;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_bytes.Length - offset < most) Grow(most);
        _length = offset + Encoding.UTF8.GetBytes(text, _bytes.AsSpan(offset));
        return offset;
    }

    // The old array is left to the collector: a span somebody still holds must not show another message's bytes.
    private void Grow(int more)
    {
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(2048, Math.Max(_length + more, _bytes.Length * 2)));
        _bytes.AsSpan(0, _length).CopyTo(bigger);
        _bytes = bigger;
    }
}
