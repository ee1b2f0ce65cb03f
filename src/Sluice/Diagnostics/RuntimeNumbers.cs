namespace Sluice.Diagnostics;

/// <summary>
/// Tells the runtimes of a process apart in its figures: each has the lowest number that no other
/// one has, so that a program that starts many after each other does not make many series.
/// </summary>
internal static class RuntimeNumbers
{
    private static readonly Lock s_gate = new();
    private static readonly List<bool> s_isTaken = [];

    public static int Take()
    {
        lock (s_gate)
        {
            int number = s_isTaken.IndexOf(false);
            if (number < 0)
            {
                number = s_isTaken.Count;
                s_isTaken.Add(true);
            }

            s_isTaken[number] = true;
            return number;
        }
    }

    public static void Return(int number)
    {
        lock (s_gate)
            s_isTaken[number] = false;
    }
}
