using Gibbon.Pdk;

namespace Gibbon.Plugins.Zipkin;

/// <summary>Tags that clients say in a header: <c>a=b; c=d</c>.</summary>
static class TagsHeader
{
    /// <summary>Gives a span the tags of a header. What cannot be read is returned.</summary>
    public static List<string> Read(HeaderValue header, ZipkinSpan span)
    {
        var bad = new List<string>();
        for (var i = 0; i < header.Count; i++)
            foreach (var item in header[i].Split(';'))
                if (item.Length > 0 && !TryRead(item, span))
                    bad.Add(item);

        return bad;
    }

    // A name has no spaces, but may have equals signs: the last one that can separates.
    static bool TryRead(string item, ZipkinSpan span)
    {
        for (var equals = item.LastIndexOf('='); equals > 0; equals = item.LastIndexOf('=', equals - 1))
        {
            var (name, value) = (item[..equals].Trim(), item[(equals + 1)..].Trim());
            if (name.Length > 0 && value.Length > 0 && !name.Any(char.IsWhiteSpace))
            {
                span.Tag(name, value);
                return true;
            }
        }

        return false;
    }
}
