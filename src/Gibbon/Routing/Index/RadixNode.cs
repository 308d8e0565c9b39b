using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gibbon.Routing.Index;

/// <summary>
/// A node of a path-compressed tree over bytes. Immutable once published: an edit copies the nodes from the root to the
/// change and shares all others. During one edit the nodes it made carry its token and are changed in place.
/// </summary>
/// <typeparam name="T">What hangs on a node.</typeparam>
internal sealed class RadixNode<T> where T : class
{
    private const int InHead = sizeof(ulong);

    // Shares the arrays of the keys: a label is a slice of the first key that made it.
    private readonly byte[] _key;
    private readonly int _start;
    private readonly int _length;
    private readonly EditToken _owner;
    private byte[] _firsts = [];
    private RadixNode<T>[] _children = [];

    // With 100,000 routes most nodes are in no cache: what a look-up asks is in the node itself, and not in arrays behind it.
    private readonly ulong _labelHead;
    private readonly ulong _labelTail;
    private Vector128<byte> _firstsHead;
    private int _childCount;

    private RadixNode(byte[] key, int start, int length, T? value, EditToken owner)
    {
        (_key, _start, _length, Value, _owner) = (key, start, length, value, owner);
        _labelHead = Head(Label);
        _labelTail = Head(Label[Math.Max(0, length - InHead)..]);
    }

    private RadixNode(byte[] key, int start, int length, RadixNode<T> childrenOf, T? value, EditToken owner)
        : this(key, start, length, value, owner) => SetChildren(childrenOf._firsts, childrenOf._children);

    /// <summary>An empty tree.</summary>
    public static RadixNode<T> Empty { get; } = new([], 0, 0, null, EditToken.None);

    /// <summary>What hangs here.</summary>
    public T? Value { get; private set; }

    /// <summary>The bytes between the parent and this node.</summary>
    public ReadOnlySpan<byte> Label => _key.AsSpan(_start, _length);

    /// <summary>How many bytes those are.</summary>
    public int LabelLength => _length;

    /// <summary>True when nothing hangs here or below.</summary>
    public bool IsEmpty => Value is null && _childCount == 0;

    /// <summary>The child on the way to <paramref name="rest"/>, when its whole label is there.</summary>
    public RadixNode<T>? Next(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return null;
        }

        int index = IndexOf(rest[0]);
        if (index < 0)
        {
            return null;
        }

        // The array has as many as the node says: its own length lies on another cache line.
        RadixNode<T> child = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_children), index);
        return child.Begins(rest) ? child : null;
    }

    /// <summary>
    /// The tree in which <paramref name="change"/> replaced what hangs at <paramref name="key"/>; null in is "nothing there",
    /// null out removes.
    /// </summary>
    public RadixNode<T> With(byte[] key, Func<T?, T?> change, EditToken token) => With(key, 0, change, token);

    private RadixNode<T> With(byte[] key, int at, Func<T?, T?> change, EditToken token)
    {
        // Here the label of this node has been consumed.
        if (at == key.Length)
        {
            RadixNode<T> here = Own(token);
            here.Value = change(Value);
            return here;
        }

        int index = IndexOf(key[at]);
        if (index < 0)
        {
            return change(null) is { } added ? WithChild(new(key, at, key.Length - at, added, token), token) : this;
        }

        RadixNode<T> child = _children[index];
        int common = key.AsSpan(at).CommonPrefixLength(child.Label);
        RadixNode<T> replaced;
        if (common == child._length)
        {
            replaced = child.With(key, at + common, change, token);
        }
        else
        {
            RadixNode<T> fork = new(child._key, child._start, common, null, token);
            RadixNode<T> grown = fork.With(key, at + common, change, token);
            if (grown.IsEmpty)
            {
                return this;
            }

            replaced = grown.WithChild(child.Shortened(common, token), token);
        }

        return Replace(index, replaced.Tidy(token), token);
    }

    private RadixNode<T> Own(EditToken token)
    {
        if (ReferenceEquals(_owner, token))
        {
            return this;
        }

        return new(_key, _start, _length, this, Value, token);
    }

    private RadixNode<T> Shortened(int by, EditToken token)
        => new(_key, _start + by, _length - by, this, Value, token);

    private RadixNode<T> WithChild(RadixNode<T> child, EditToken token)
    {
        RadixNode<T> here = Own(token);
        here.SetChildren([.. _firsts, child.Label[0]], [.. _children, child]);
        return here;
    }

    private RadixNode<T> Replace(int index, RadixNode<T> child, EditToken token)
    {
        RadixNode<T> here = Own(token);
        if (child.IsEmpty)
        {
            here.SetChildren([.. _firsts[..index], .. _firsts[(index + 1)..]], [.. _children[..index], .. _children[(index + 1)..]]);
        }
        else if (!ReferenceEquals(_children[index], child))
        {
            // Never in place: the array may be shared with a published node.
            RadixNode<T>[] children = [.. _children];
            children[index] = child;
            here.SetChildren(_firsts, children);
        }

        return here;
    }

    // After a removal a node that only passes through joins its child.
    private RadixNode<T> Tidy(EditToken token)
    {
        if (Value is not null || _children.Length != 1)
        {
            return this;
        }

        RadixNode<T> child = _children[0];
        byte[] label = [.. Label, .. child.Label];
        return new(label, 0, label.Length, child, child.Value, token);
    }

    private void SetChildren(byte[] firsts, RadixNode<T>[] children)
    {
        _firsts = firsts;
        _children = children;
        _childCount = children.Length;
        Span<byte> head = stackalloc byte[Vector128<byte>.Count];
        head.Clear();
        firsts.AsSpan(0, Math.Min(firsts.Length, head.Length)).CopyTo(head);
        _firstsHead = Vector128.Create<byte>(head);
    }

    private int IndexOf(byte first)
    {
        int count = _childCount;
        if (count > Vector128<byte>.Count)
        {
            return _firsts.AsSpan().IndexOf(first);
        }

        int index = BitOperations.TrailingZeroCount(Vector128.Equals(_firstsHead, Vector128.Create(first)).ExtractMostSignificantBits());
        return index < count ? index : -1;
    }

    private bool Begins(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < _length)
        {
            return false;
        }

        if (rest.Length >= InHead)
        {
            ulong differing = BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ _labelHead;
            return _length <= InHead
                ? _length == 0 || differing << (8 * (InHead - _length)) == 0
                : differing == 0
                    && BinaryPrimitives.ReadUInt64LittleEndian(rest[(_length - InHead)..]) == _labelTail
                    && (_length <= 2 * InHead || rest.StartsWith(Label));
        }

        for (int i = 0; i < _length; i++)
        {
            if (rest[i] != (byte)(_labelHead >> (8 * i)))
            {
                return false;
            }
        }

        return true;
    }

    // The first bytes, the first of them lowest.
    private static ulong Head(ReadOnlySpan<byte> bytes)
    {
        ulong head = 0;
        for (int i = Math.Min(bytes.Length, InHead) - 1; i >= 0; i--)
        {
            head = (head << 8) | bytes[i];
        }

        return head;
    }
}

/// <summary>Identifies one edit; nodes that carry it belong to nobody else yet.</summary>
internal sealed class EditToken
{
    /// <summary>Owns what must never be changed in place.</summary>
    public static readonly EditToken None = new();
}
