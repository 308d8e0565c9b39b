namespace Gibbon.Pdk;

/// <summary>Connections and requests of this node; Kong's <c>kong.nginx.get_statistics</c>.</summary>
/// <param name="Active">Connections that are open.</param>
/// <param name="Reading">Those of which a head is being read.</param>
/// <param name="Writing">Those on which a request is being answered.</param>
/// <param name="Waiting">Those that are kept for a next request.</param>
/// <param name="Accepted">Connections accepted since the start.</param>
/// <param name="Handled">Those of them that were not closed at once for want of resources.</param>
/// <param name="TotalRequests">Requests since the start.</param>
public readonly record struct ConnectionStatistics(
    long Active,
    long Reading,
    long Writing,
    long Waiting,
    long Accepted,
    long Handled,
    long TotalRequests);
