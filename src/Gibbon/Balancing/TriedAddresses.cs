namespace Gibbon.Balancing;

/// <summary>The addresses at which a request has failed so far. Reused from request to request.</summary>
internal sealed class TriedAddresses
{
    private AddressState[] _items = new AddressState[4];
    private int _count;

    public bool IsEmpty => _count == 0;

    public void Add(AddressState address)
    {
        if (Contains(address))
        {
            return;
        }

        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _items.Length * 2);
        }

        _items[_count++] = address;
    }

    public bool Contains(AddressState address) => _count > 0 && _items.AsSpan(0, _count).Contains(address);

    public void Clear()
    {
        if (_count > 0)
        {
            Array.Clear(_items, 0, _count);
            _count = 0;
        }
    }
}
