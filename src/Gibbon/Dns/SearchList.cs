namespace Gibbon.Dns;

/// <summary>The full names that a name may stand for, in the order in which they are asked for.</summary>
internal static class SearchList
{
    /// <param name="host">A name, lower case; with a final dot it is a full name already.</param>
    /// <param name="settings">The search domains, and how many dots a name must have to be tried as it is first.</param>
    public static IReadOnlyList<string> Names(string host, ResolverSettings settings)
    {
        if (host.EndsWith('.'))
        {
            return [host[..^1]];
        }

        bool bareFirst = host.AsSpan().Count('.') >= settings.Ndots;
        if (bareFirst && settings.NewClient)
        {
            return [host];
        }

        List<string> names = [.. settings.Search.Select(domain => $"{host}.{domain}")];
        names.Insert(bareFirst ? 0 : names.Count, host);
        return names;
    }

    /// <summary>Whether a name has the form of a service's, <c>_service._protocol.name</c>.</summary>
    public static bool IsService(string host)
    {
        string[] labels = host.Split('.', 3);
        return labels.Length == 3
            && labels[0] is ['_', _, ..] && !labels[0].AsSpan(1).Contains('_')
            && labels[1] is ['_', _, ..] && !labels[1].AsSpan(1).Contains('_')
            && labels[2] is [not '.', ..];
    }
}
