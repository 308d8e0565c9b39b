namespace Gibbon.Balancing.Recording;

/// <summary>The last entries of a list that has no end, oldest first. Thread-safe; it holds no more than it says, and nothing until the first.</summary>
internal sealed class Recent<T>(int most)
{
    private readonly Lock _gate = new();
    private T[] _items = [];
    private long _count;

    public void Add(T item)
    {
        lock (_gate)
        {
            if (_count == _items.Length && _count < most)
            {
                Array.Resize(ref _items, Math.Min(most, Math.Max(4, _items.Length * 2)));
            }

            _items[_count++ % _items.Length] = item;
        }
    }

    public T[] ToArray()
    {
        lock (_gate)
        {
            int held = (int)Math.Min(_count, _items.Length);
            T[] copy = new T[held];
            for (int i = 0; i < held; i++)
            {
                copy[i] = _items[(_count - held + i) % _items.Length];
            }

            return copy;
        }
    }
}
