package ai.cresset.jobs.feature;

/** A row of a log that is made up, as Spark's bean encoder wants it. */
public final class ClickRow {
  private int click;
  private long user;
  private long item;
  private long page;
  private int hour;
  private double price;
  private long[] tags = new long[0];

  /** For Spark. */
  public ClickRow() {}

  ClickRow(int click, long user, long item, long page, int hour, double price, long[] tags) {
    this.click = click;
    this.user = user;
    this.item = item;
    this.page = page;
    this.hour = hour;
    this.price = price;
    this.tags = tags;
  }

  public int getClick() {
    return click;
  }

  public void setClick(int value) {
    click = value;
  }

  public long getUser() {
    return user;
  }

  public void setUser(long value) {
    user = value;
  }

  public long getItem() {
    return item;
  }

  public void setItem(long value) {
    item = value;
  }

  public long getPage() {
    return page;
  }

  public void setPage(long value) {
    page = value;
  }

  public int getHour() {
    return hour;
  }

  public void setHour(int value) {
    hour = value;
  }

  public double getPrice() {
    return price;
  }

  public void setPrice(double value) {
    price = value;
  }

  public long[] getTags() {
    return tags;
  }

  public void setTags(long[] value) {
    tags = value;
  }
}
