namespace Gibbon.Routing.Index;

/// <summary>
/// The candidates of one place, in the order in which they are asked. Most places have one, and then that is the candidate itself: with 100,000 routes every
/// object that a look-up touches is one that no cache holds. Immutable once published, as <see cref="RadixNode{T}"/> is.
/// </summary>
internal abstract class CandidatePlace
{
    /// <summary>The candidate with a number, counted from 0; null after the last.</summary>
    public abstract Candidate? this[int number] { get; }

    /// <summary>The place with one more.</summary>
    /// <param name="place">What was there; null when nothing was.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="token">The edit.</param>
    public static CandidatePlace Add(CandidatePlace? place, Candidate candidate, EditToken token) =>
        place is null ? candidate : ((place as CandidateList) ?? new CandidateList((Candidate)place, token)).With(candidate, token);

    /// <summary>The place without one; null when none remains.</summary>
    /// <param name="place">What was there; null when nothing was.</param>
    /// <param name="candidate">The candidate.</param>
    public static CandidatePlace? Remove(CandidatePlace? place, Candidate candidate) =>
        place is CandidateList list ? list.Without(candidate) : ReferenceEquals(place, candidate) ? null : place;
}
