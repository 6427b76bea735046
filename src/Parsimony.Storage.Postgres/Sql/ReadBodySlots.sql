SELECT body_slot FROM requests WHERE seq BETWEEN @first AND @last AND body_page = @page
