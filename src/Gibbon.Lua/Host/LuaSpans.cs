using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>The spans of a request that Lua has seen: a number stands for each. The numbers of a request that has ended mean nothing any more.</summary>
internal sealed class LuaSpans
{
    private const int Most = 100_000;

    private readonly List<Span> _spans = [];
    private long _first = Most;

    public double NumberOf(Span span)
    {
        int place = _spans.IndexOf(span);
        if (place < 0)
        {
            place = _spans.Count;
            _spans.Add(span);
        }

        return _first + place;
    }

    public Span? Find(double number) => number >= _first && number < _first + _spans.Count ? _spans[(int)(number - _first)] : null;

    /// <summary>The request has ended.</summary>
    public void Clear()
    {
        if (_spans.Count > 0)
        {
            _first += _spans.Count;
            _spans.Clear();
        }
    }
}
