namespace Gibbon.Pdk;

/// <summary>What Kong asks of a header that a plugin sets, with Kong's texts.</summary>
public static class HeaderRules
{
    /// <summary>A header's value as it is sent: an empty text becomes one space.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="KongArgumentException">There is no name or no value, or a part of the value is <c>null</c>.</exception>
    public static HeaderValue Check(string name, HeaderValue value)
    {
        if (name is null)
            throw new KongArgumentException("invalid header name \"nil\": got nil, expected string", nameof(name));

        if (value.IsText)
            return value;

        switch (value.Count)
        {
            case 0:
                throw new KongArgumentException(
                    $"invalid header value for \"{name}\": got nil, expected array of string, string, number or boolean", nameof(value));
            case 1:
                return value.First switch
                {
                    null => throw InvalidItem(name),
                    "" => " ",
                    _ => value,
                };
        }

        var hasEmpty = false;
        for (var i = 0; i < value.Count; i++)
        {
            if (value[i] is null)
                throw InvalidItem(name);

            hasEmpty |= value[i].Length == 0;
        }

        return hasEmpty ? Spaced(value) : value;
    }

    /// <summary>Checks several headers.</summary>
    /// <param name="headers">The headers.</param>
    /// <exception cref="KongArgumentException">One has no value, or a part of its value is <c>null</c>.</exception>
    public static void Check(HeaderMap headers)
    {
        foreach (var (name, value) in headers)
            Check(name, value);
    }

    /// <summary>Whether a name is <c>Transfer-Encoding</c>, which belongs to the gateway.</summary>
    /// <param name="name">The name, in any spelling.</param>
    public static bool IsTransferEncoding(string name) => HeaderNames.Comparer.Equals(name, "transfer-encoding");

    static KongArgumentException InvalidItem(string name) =>
        new($"invalid header value in array \"{name}\": got nil, expected string", nameof(name));

    static HeaderValue Spaced(HeaderValue value)
    {
        var copy = new string[value.Count];
        for (var i = 0; i < copy.Length; i++)
            copy[i] = value[i].Length == 0 ? " " : value[i];

        return copy;
    }
}
