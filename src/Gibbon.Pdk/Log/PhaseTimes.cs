namespace Gibbon.Pdk;

/// <summary>When the steps of a request ended, in nanoseconds since 1970; <c>null</c> for a step that did not happen.</summary>
/// <param name="StartedNs">The first byte of the request was seen.</param>
/// <param name="AccessEndedNs">The last plugin of <c>access</c> was done.</param>
/// <param name="HeadReceivedNs">The head of the response, the service's or the gateway's own, was there.</param>
/// <param name="BodyEndedNs">The last byte of the response was handed to the client.</param>
public readonly record struct PhaseTimes(long StartedNs, long? AccessEndedNs, long? HeadReceivedNs, long? BodyEndedNs);
